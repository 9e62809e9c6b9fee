"""The first viewer after a server start: only the five pages in the sidebar, and no page without the sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser_page import chromium_at
from tests.support.dashboard import OFFLINE, Dashboard, serving

pytestmark = pytest.mark.browser

SIGN_IN = """[auth]
redirect_uri = "http://127.0.0.1/oauth2callback"
cookie_secret = "at least thirty-two letters of a secret"
client_id = "levelboard"
client_secret = "secret"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""
TITLES = {"Levels", "Watchlist", "Compare", "Coverage", "Track record"}
# Collects every text that a link of the sidebar's navigation ever had, from the first paint on
COLLECT_LINKS = """
window.linksSeen = new Set();
const collect = () => document.querySelectorAll('[data-testid=stSidebarNav] a').forEach(
    link => window.linksSeen.add(link.innerText.split('\\n').pop().trim()));
new MutationObserver(collect).observe(document, {childList: true, subtree: true, characterData: true});
"""


def links_seen(browser: Path, dashboard: Dashboard, path: str, heading: str) -> set[str]:
    """Open a page at once, wait until it is drawn, and return the navigation links that were ever shown."""
    with chromium_at(browser) as viewer:
        viewer.add_init_script(COLLECT_LINKS)
        page = viewer.new_page()
        page.goto(dashboard.page(path, source="sample"), wait_until="commit")
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(TITLES))
        expect(page.get_by_role("link", name="Track record")).to_be_visible()
        return set(page.evaluate("[...window.linksSeen]"))


@pytest.mark.parametrize(
    ("path", "heading"), [("", "Cipher Mining"), ("watchlist", "Miners"), ("track_record", "Track record")]
)
def test_the_first_viewer_sees_only_page_titles_in_the_sidebar(browser: Path, path: str, heading: str) -> None:
    with serving() as dashboard:
        assert links_seen(browser, dashboard, path, heading) == TITLES
        assert "Traceback" not in dashboard.log_text()


def test_the_first_link_to_a_page_leads_to_the_sign_in(browser: Path, tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(SIGN_IN)
    with serving(OFFLINE, home=tmp_path) as dashboard, chromium_at(browser) as viewer:
        page = viewer.new_page()
        page.goto(dashboard.page("watchlist", source="sample"))
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.locator("[data-testid=stSidebar], [data-testid=stDataFrame]")).to_have_count(0)
