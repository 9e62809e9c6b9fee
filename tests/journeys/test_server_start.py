"""The first viewer after a server start sees only the pages in the sidebar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_page import checked_page
from tests.support.dashboard import Dashboard, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLES = {"Levels", "Watchlist", "Changes", "Compare", "Coverage", "Track record", "Evidence", "Alerts"}
# Collects every text that a link of the sidebar's navigation ever had, from the first paint on
COLLECT_LINKS = """
window.linksSeen = new Set();
const collect = () => document.querySelectorAll('[data-testid=stSidebarNav] a').forEach(
    link => window.linksSeen.add(link.innerText.split('\\n').pop().trim()));
new MutationObserver(collect).observe(document, {childList: true, subtree: true, characterData: true});
"""


@contextmanager
def running_before_each_page(page: Page, script: str) -> Iterator[None]:
    """Run a script before any script of the pages opened in the block; Playwright's own way has no end."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    added = session.send("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    yield
    session.send("Page.removeScriptToEvaluateOnNewDocument", added)
    session.detach()


def links_seen(page: Page, dashboard: Dashboard, path: str, heading: str) -> set[str]:
    """Open a page at once, wait until it is drawn, and return the navigation links that were ever shown."""
    with running_before_each_page(page, COLLECT_LINKS):
        page.goto(dashboard.shared_page(path, source="sample"), wait_until="commit")
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(TITLES))
        expect(page.get_by_role("link", name="Track record")).to_be_visible()
        return set(page.evaluate("[...window.linksSeen]"))


@pytest.mark.parametrize(
    ("path", "heading"), [("", "Cipher Mining"), pytest.param("track_record", "Track record", marks=pytest.mark.long)]
)
def test_the_first_viewer_sees_only_page_titles_in_the_sidebar(browser: Path, path: str, heading: str) -> None:
    with serving() as dashboard, checked_page(browser, dashboard) as page:
        assert links_seen(page, dashboard, path, heading) == TITLES
