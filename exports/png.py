"""PNGs by one browser that is kept: starting one costs seconds, drawing a picture a fraction of one."""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from market.symbols import file_stem

if TYPE_CHECKING:
    from kaleido import Kaleido

    from indicators.analysis import Analysis

WIDTH, HEIGHT, SCALE = 1600, 900, 2
TABS = 2
TIDY = 8  # pictures after which their remains are cleared: left to itself, Chrome gathers 10 MB with each
PATIENCE = 60.0  # seconds: a picture takes well below one, a browser that hangs takes forever

log = logging.getLogger("levelboard.png")


class PngError(RuntimeError):
    """A picture could not be drawn; str() says why and what to do."""


class BrowserNotFound(PngError):
    def __str__(self) -> str:
        return (
            "A PNG from the server needs Chrome or Chromium on this computer: install it with «kaleido_get_chrome»"
            " or your system's packages, or use the camera button of the chart"
        )


class BrowserFailed(PngError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The browser that draws PNGs failed ({self.reason}): try again, or use the camera button of the chart"


class _BrowserGone(BrowserFailed):
    """It was ended from outside, as a system short of memory does, or never came up."""


def file_name(analysis: Analysis) -> str:
    """`CIFR_levels_2025-11-24.png`, safe on any file system whatever the symbol."""
    return f"{file_stem(analysis.symbol)}_levels_{analysis.as_of}.png"


def render_png(figure: go.Figure, width: int = WIDTH, height: int | None = None, scale: float = SCALE) -> bytes:
    """The figure as a PNG of `width` x `height` pixels times `scale`, opaque as its own ground is.

    `height`: the figure's own by default, 900 where it has none. Safe from any thread. A browser
    that was ended meanwhile is replaced once. Raises `NoBrowser` without Chrome or Chromium,
    `BrowserFailed` when the new one dies too, or one takes longer than a minute.
    """
    high = height or figure.layout.height or HEIGHT
    options = {"format": "png", "width": width, "height": high, "scale": scale}
    try:
        return _drawn(figure, options)
    except _BrowserGone:
        return _drawn(figure, options)


def can_draw() -> bool:
    """Whether there is a Chrome or Chromium here, looked for where kaleido does, without starting it."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return found is not None and Path(found).exists()


def _drawn(figure: go.Figure, options: dict[str, object]) -> bytes:
    browser = _browser()
    try:
        return browser.render(figure, options)
    except PngError:
        _discard(browser)
        raise


class _Browser:
    """A Chrome under an event loop of its own.

    Kaleido's own `start_sync_server` hands answers back in the order of completion, so two
    threads can get each other's picture, and it waits forever when Chrome is missing.
    """

    def __init__(self) -> None:
        self._drawn = 0
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_left_undone)
        threading.Thread(target=self._loop.run_forever, name="png-browser", daemon=True).start()
        try:
            self._kaleido = self._wait(_open())
        except PngError:
            self._stop()
            raise

    def render(self, figure: go.Figure, options: dict[str, object]) -> bytes:
        picture: bytes = self._wait(self._kaleido.calc_fig(figure, opts=options))
        self._drawn += 1
        if self._drawn % TIDY == 0:
            with suppress(PngError):  # the picture is there
                self._wait(self._tidied())
        return picture

    async def _tidied(self) -> None:
        for tab in list(self._kaleido.tabs.values()):
            await tab.send_command("HeapProfiler.collectGarbage")

    def close(self) -> None:
        try:
            self._wait(self._kaleido.close())
        finally:
            self._stop()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _wait(self, work):  # type: ignore[no-untyped-def]
        from choreographer.errors import ChromeNotFoundError, DevtoolsProtocolError
        from kaleido.errors import KaleidoError

        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(PATIENCE)
        except ChromeNotFoundError:
            raise BrowserNotFound from None
        except FutureTimeout:
            future.cancel()
            raise BrowserFailed(f"no picture within {PATIENCE:.0f} seconds") from None
        except (KaleidoError, DevtoolsProtocolError) as error:  # it lives, and cannot draw this figure
            raise BrowserFailed(str(error)) from error
        except (CancelledError, OSError, RuntimeError) as error:  # cancelled: what it waited for went with it
            raise _BrowserGone(type(error).__name__) from error


def _left_undone(_: object, context: dict[str, Any]) -> None:
    """What a browser that was ended leaves behind: whoever waited has been told, a traceback would say it twice."""
    log.info("The browser that draws PNGs: %r", context.get("exception") or context["message"])


async def _open() -> Kaleido:
    from kaleido import Kaleido

    browser = Kaleido(n=TABS, mathjax=False, timeout=PATIENCE)
    await browser.open()
    return browser


_kept: _Browser | None = None
_lock = threading.Lock()


def _browser() -> _Browser:
    global _kept
    with _lock:
        if _kept is None:
            _kept = _Browser()
            atexit.register(close)
        return _kept


def close() -> None:
    """Ends the browser; the next picture starts another."""
    if _kept is not None:
        _discard(_kept)


def _discard(browser: _Browser) -> None:
    """Ends this browser, and leaves alone the one that another thread may have put in its place."""
    global _kept
    with _lock:
        if _kept is not browser:
            return
        _kept = None
    with suppress(PngError):  # one that is gone cannot be asked to go
        browser.close()
