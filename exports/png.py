"""PNG rendering in browsers that keep running: starting one takes seconds, rendering a fraction of a second."""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import plotly.graph_objects as go
from prometheus_client import Histogram

from exports import browser_folder
from market.symbols import file_stem

if TYPE_CHECKING:
    from kaleido import Kaleido

    from indicators.analysis import Analysis

WIDTH, HEIGHT, SCALE = 1600, 900, 2
BROWSER_LIMIT = 2  # each draws one picture at a time
PICTURES_WORTH_A_START = 8  # a second browser saves each waiting picture 0.3 s; a start takes 2.6 s of CPU time
PICTURES_PER_GARBAGE_COLLECTION = 6  # left alone, Chrome's memory grows by 10 MB per picture
RENDER_TIMEOUT_SECONDS = 60.0  # rendering takes well under a second; a browser that hangs never answers

log = logging.getLogger("levelboard.png")
PICTURE_SECONDS = Histogram("levelboard_picture_seconds", "How long a picture takes, with its wait for a browser")
Result = TypeVar("Result")


class PngError(RuntimeError):
    """A picture could not be rendered; str() says why and what to do."""


class BrowserNotFound(PngError):
    """There is no Chrome or Chromium."""

    def __str__(self) -> str:
        return (
            "A PNG from the server needs Chrome or Chromium on this computer: install it with kaleido_get_chrome"
            " or your system's package manager, or use the camera button of the chart"
        )


class BrowserFailed(PngError):
    """The browser could not render a picture, for the given reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The browser that renders PNGs failed ({self.reason}): try again, or use the camera button of the chart"


class _BrowserExited(BrowserFailed):
    """The browser was killed, as happens when memory runs out, or never started."""


class _FigureRefused(BrowserFailed):
    """The browser cannot draw this figure and is ready for the next."""


def file_name(analysis: Analysis, extension: str = "png") -> str:
    """Return `CIFR_levels_2025-11-24.png`, of weeks `CIFR_weekly_levels_...`, safe on every file system."""
    kind = "levels" if analysis.interval == "1d" else f"{analysis.unit.of_chart}_levels"
    return f"{file_stem(analysis.symbol)}_{kind}_{analysis.as_of}.{extension}"


def render_png(figure: go.Figure, width: int = WIDTH, height: int | None = None, scale: float = SCALE) -> bytes:
    """Return the figure as a PNG of `width` x `height` pixels times `scale`, with the figure's own background.

    `height`: by default the figure's own, or 900 if it has none. Thread-safe. Browsers that have exited
    are replaced once. Raises `BrowserNotFound` without Chrome or Chromium, `BrowserFailed` if the
    replacement fails too or rendering takes longer than a minute.
    """
    return render(figure, "png", width, height, scale)


def render(
    figure: go.Figure, format: Literal["png", "svg"], width: int = WIDTH, height: int | None = None, scale: float = 1
) -> bytes:
    """Return the figure as a file of that format; else as `render_png`."""
    pixel_height = height or figure.layout.height or HEIGHT
    options = {"format": format, "width": width, "height": pixel_height, "scale": scale}
    with PICTURE_SECONDS.time():
        for _ in range(BROWSER_LIMIT):
            with suppress(_BrowserExited):
                return _render_once(figure, options)
        return _render_once(figure, options)


def _render_once(figure: go.Figure, options: dict[str, object]) -> bytes:
    with _browsers.lend() as browser:
        return browser.render(figure, options)


def can_draw() -> bool:
    """Return whether Chrome or Chromium is installed where kaleido looks for it, without starting it."""
    from choreographer.browsers.chromium import Chromium

    path = Chromium.find_browser(skip_local=False)
    return path is not None and Path(path).exists()


def close() -> None:
    """Close all browsers; the next picture starts another."""
    _browsers.close()
    browser_folder.remove_own_folder()


class _Browser:
    """A Chrome with one tab, whose event loop runs in a thread of its own.

    Kaleido's own `start_sync_server` returns results in the order of completion, so that two threads
    can get each other's picture, and it waits forever if Chrome is missing.
    """

    def __init__(self) -> None:
        self._rendered = 0
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_log_unhandled)
        threading.Thread(target=self._loop.run_forever, name="png-browser", daemon=True).start()
        try:
            self._kaleido = self._run(_start_kaleido())
        except PngError:
            self._stop_loop()
            raise

    def render(self, figure: go.Figure, options: dict[str, object]) -> bytes:
        picture: bytes = self._run(self._kaleido.calc_fig(figure, opts=options))
        self._rendered += 1
        if self._rendered % PICTURES_PER_GARBAGE_COLLECTION == 0:
            with suppress(PngError):  # the picture is rendered already
                self._run(self._collect_garbage())
        return picture

    def close(self) -> None:
        try:
            self._run(self._kaleido.close())
        finally:
            self._stop_loop()

    async def _collect_garbage(self) -> None:
        for tab in list(self._kaleido.tabs.values()):
            await tab.send_command("HeapProfiler.collectGarbage")

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` in the browser's loop and wait for its result. Raises `PngError`."""
        from choreographer.errors import ChromeNotFoundError, DevtoolsProtocolError
        from kaleido.errors import KaleidoError

        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(RENDER_TIMEOUT_SECONDS)
        except ChromeNotFoundError:
            raise BrowserNotFound from None
        except FutureTimeout:
            future.cancel()
            raise BrowserFailed(f"no picture within {RENDER_TIMEOUT_SECONDS:.0f} seconds") from None
        except KaleidoError as error:  # its page has reported the error and was loaded anew
            raise _FigureRefused(str(error)) from error
        except DevtoolsProtocolError as error:
            raise BrowserFailed(str(error)) from error
        except (CancelledError, OSError, RuntimeError) as error:  # cancelled: the browser went away
            raise _BrowserExited(type(error).__name__) from error


async def _start_kaleido() -> Kaleido:
    from kaleido import Kaleido

    keep_library_logs_off_the_terminal()
    kaleido = Kaleido(mathjax=False, timeout=RENDER_TIMEOUT_SECONDS, tmp_dir=str(browser_folder.own_folder()))
    await kaleido.open()
    return kaleido


class _LibraryLog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log.info("The browser that renders PNGs: %s", record.getMessage())


_library_log = _LibraryLog()


def keep_library_logs_off_the_terminal() -> None:
    """Log what the libraries report, such as a last message cut off by the browser's end, without their tracebacks.

    Python prints records that no handler takes to standard error.
    """
    for library in ("choreographer", "kaleido"):
        logging.getLogger(library).addHandler(_library_log)


def _log_unhandled(_: object, context: dict[str, Any]) -> None:
    """Log what an exited browser leaves unfinished, without a traceback: its caller has raised the error already."""
    log.info("The browser that renders PNGs: %r", context.get("exception") or context["message"])


class _Browsers:
    """The running browsers, each lent to one picture at a time.

    Most viewers want one picture, and a browser's start costs as much as several, so a further browser starts only
    once as many pictures have waited for a free one as a start is worth: an album has two, a single picture one.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: list[_Browser] = []
        self._idle: list[_Browser] = []
        self._starting = 0
        self._waited = 0

    @contextmanager
    def lend(self) -> Iterator[_Browser]:
        """Lend an idle browser, which is closed if it fails. Raises `PngError` if none starts."""
        browser = self._take()
        usable = False
        try:
            yield browser
            usable = True
        except _FigureRefused:
            usable = True
            raise
        finally:
            if usable:
                self._put_back(browser)
            else:
                self._discard(browser)

    def close(self) -> None:
        with self._changed:
            browsers, self._running, self._idle = self._running, [], []
            self._changed.notify_all()
        for browser in browsers:
            _close_quietly(browser)

    def _take(self) -> _Browser:
        with self._changed:
            if not self._idle and self._count:
                self._waited += 1
            self._changed.wait_for(lambda: self._idle or self._may_start())
            if self._idle:
                return self._idle.pop()
            self._starting += 1
            self._waited = 0
        return self._start()

    def _may_start(self) -> bool:
        return not self._count or (self._count < BROWSER_LIMIT and self._waited >= PICTURES_WORTH_A_START)

    @property
    def _count(self) -> int:
        return len(self._running) + self._starting

    def _start(self) -> _Browser:
        browser = None
        try:
            browser = _Browser()
            atexit.register(close)
            return browser
        finally:
            with self._changed:
                self._starting -= 1
                if browser is not None:
                    self._running.append(browser)
                self._changed.notify_all()

    def _put_back(self, browser: _Browser) -> None:
        with self._changed:
            if browser in self._running:
                self._idle.append(browser)
                self._changed.notify_all()

    def _discard(self, browser: _Browser) -> None:
        """Close this browser, unless `close` has."""
        with self._changed:
            if browser not in self._running:
                return
            self._running.remove(browser)
            self._changed.notify_all()
        _close_quietly(browser)


def _close_quietly(browser: _Browser) -> None:
    with suppress(PngError):  # it may have exited
        browser.close()


_browsers = _Browsers()
