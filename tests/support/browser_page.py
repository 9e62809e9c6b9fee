"""A page in a real browser, where nothing may go wrong unseen: for tests of what a viewer meets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page, Request, expect, sync_playwright

from tests.support.dashboard import CHROMIUM, Dashboard

PATIENCE = 60_000  # milliseconds, while other tests share the machine
# Streamlit looks for its server below the address of the page first, and hears that it is not there
PROBES = "/_stcore/"


@contextmanager
def chromium_at(path: Path) -> Iterator[BrowserContext]:
    """One viewer's browser, whose windows share what they have loaded; 1280 x 900."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(CHROMIUM))
        context = started.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        yield context
        started.close()


@contextmanager
def looked_at(viewer: BrowserContext, dashboard: Dashboard) -> Iterator[Page]:
    """A window. At its end: no error in the console, no dialog, no popup, no request to anywhere else, no traceback on
    the page or in the server's log."""
    faults: list[str] = []
    page = viewer.new_page()
    _watch(page, dashboard, faults)
    yield page
    assert page.get_by_test_id("stException").count() == 0
    assert page.locator("body").inner_text().strip()
    page.close()
    assert faults == []
    assert "Traceback" not in dashboard.said()


def _watch(page: Page, dashboard: Dashboard, faults: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and PROBES not in message.location.get("url", ""):
            faults.append(f"{message.text} {message.location}")

    def asked(request: Request) -> None:
        if not request.url.startswith((dashboard.url, "data:", "blob:", dashboard.url.replace("http", "ws"))):
            faults.append(f"a request to {request.url}")

    def boxed(dialog: Dialog) -> None:
        faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("popup", lambda popup: faults.append(f"a window of {popup.url}"))
    page.on("console", said)
    page.on("request", asked)
    page.on("dialog", boxed)
    page.on("pageerror", lambda error: faults.append(str(error)))


def alerts(page: Page) -> Locator:
    return page.get_by_test_id("stMain").get_by_test_id("stAlert")


def levels_chart(page: Page) -> Locator:
    """The newest: Streamlit keeps the last one after it until a run ends."""
    chart = page.locator(".st-key-levels-chart .js-plotly-plot").first
    expect(chart.locator(".trace").first).to_be_attached()
    return chart
