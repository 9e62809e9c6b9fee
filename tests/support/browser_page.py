"""A real browser for tests: one Chromium in each test process, and pages that report all that goes wrong in them.

Loading the dashboard into a new window costs four times the CPU of loading it into a window that has shown it before,
so the tests of a process share one window, which is cleaned after each of them. A test that needs a second viewer, or
a first one who has loaded nothing yet, opens a context of its own with `chromium_at`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.support.dashboard import CHROMIUM, Dashboard
from tests.support.front import front

TIMEOUT_MS = 60_000  # of each step, while other tests share the machine
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
# Streamlit looks for its server below the address of the page first, and gets a 404 there
SERVER_PROBES = "/_stcore/"


class Chromium:
    """A started browser with one window that is used again and again."""

    def __init__(self, path: Path) -> None:
        expect.set_options(timeout=TIMEOUT_MS)
        self.browser: Browser = _driver().chromium.launch(executable_path=path, args=CHROMIUM)
        self._window: Page | None = None

    def new_context(self, **options: Any) -> BrowserContext:
        """Return another viewer's side of the browser, with storage and cache of its own."""
        context = self.browser.new_context(**{"viewport": DESKTOP, "accept_downloads": True} | options)
        context.set_default_timeout(TIMEOUT_MS)
        return context

    def window(self) -> Page:
        if self._window is None or self._window.is_closed():
            self._window = self.new_context().new_page()
        return self._window

    def clean_window(self) -> None:
        """Leave the page and forget what it stored; whatever cannot be cleaned is closed."""
        page = self.window()
        try:
            if page.url.startswith("http"):
                page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.goto("about:blank")
            page.context.clear_cookies()
        except Error:
            page.context.close()

    def close(self) -> None:
        self.browser.close()


# Playwright's synchronous API can be started only once at a time in a thread
_drivers: list[Playwright] = []
_shared: dict[Path, Chromium] = {}


def _driver() -> Playwright:
    if not _drivers:
        _drivers.append(sync_playwright().start())
    return _drivers[0]


def shared_chromium(path: Path) -> Chromium:
    """Return the Chromium of this test process, which starts on first use."""
    if path not in _shared:
        _shared[path] = Chromium(path)
    return _shared[path]


def stop_browsers() -> None:
    """Close whatever was started, at the end of the test process."""
    while _shared:
        _shared.popitem()[1].close()
    while _drivers:
        _drivers.pop().stop()


@contextmanager
def chromium_at(path: Path, **options: Any) -> Iterator[BrowserContext]:
    """Open a viewer of their own in the shared browser, who has loaded nothing yet; 1280 x 900."""
    context = shared_chromium(path).new_context(**options)
    yield context
    context.close()


@contextmanager
def shared_window(
    path: Path,
    dashboard: Dashboard,
    viewport: ViewportSize = DESKTOP,
    color_scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """Lend the shared window, whose front leads to this dashboard, and clean it at the end."""
    chromium = shared_chromium(path)
    front().lead_to(dashboard.port)
    page = chromium.window()
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=color_scheme)
    try:
        yield page
    finally:
        chromium.clean_window()


@contextmanager
def checked_page(
    path: Path,
    dashboard: Dashboard,
    viewport: ViewportSize = DESKTOP,
    color_scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """Lend the shared window.

    At the end there must have been no error in the console, no dialog, no popup, no request to another server, and no
    traceback on the page or in the server's log.
    """
    logged_before = len(dashboard.log_text())
    faults: list[str] = []
    listeners = _fault_listeners(faults)
    with shared_window(path, dashboard, viewport, color_scheme) as page:
        for event, listener in listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]
        try:
            yield page
            assert page.get_by_test_id("stException").count() == 0
            assert page.locator("body").inner_text().strip()
            assert faults == []
            assert "Traceback" not in dashboard.log_text()[logged_before:]
        finally:
            for event, listener in listeners.items():
                page.remove_listener(event, listener)


def _fault_listeners(faults: list[str]) -> dict[str, Callable[[Any], None]]:
    """Return a listener for each event of a page that may be a fault; it adds what happened to `faults`."""
    ours = (front().url, front().url.replace("http", "ws"), "data:", "blob:", "about:")

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and SERVER_PROBES not in message.location.get("url", ""):
            faults.append(f"{message.text} {message.location}")

    def on_request(request: Request) -> None:
        if not request.url.startswith(ours):
            faults.append(f"a request to {request.url}")

    def on_dialog(dialog: Dialog) -> None:
        faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    return {
        "console": on_console,
        "request": on_request,
        "dialog": on_dialog,
        "popup": lambda popup: faults.append(f"a window of {popup.url}"),
        "pageerror": lambda error: faults.append(str(error)),
    }


def alerts(page: Page) -> Locator:
    return page.get_by_test_id("stMain").get_by_test_id("stAlert")


def levels_chart(page: Page) -> Locator:
    """Return the newest chart once it is drawn; Streamlit keeps the previous one after it until a run ends."""
    chart = page.locator(".st-key-levels-chart .js-plotly-plot").first
    expect(chart.locator(".trace").first).to_be_attached()
    return chart


def rerun_finished(page: Page) -> None:
    """Wait until the page's script is not running."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
