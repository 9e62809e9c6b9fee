"""With a sign-in set up, a viewer sees only the sign-in page before signing in, and the dashboard after it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser_page import shared_window
from tests.support.dashboard import OFFLINE, serving
from tests.support.front import front
from tests.support.oidc_provider import READER, provider

PRIVATE = "[data-testid=stSidebar], [data-testid=stDataFrame], .js-plotly-plot"


@pytest.mark.browser
@pytest.mark.long
def test_a_viewer_signs_in_sees_a_page_and_signs_out_and_a_stranger_sees_none(browser: Path, tmp_path: Path) -> None:
    """The first page after the start is a link to one of the pages, which once was shown without a sign-in."""
    with provider() as identity:
        identity.set_up_sign_in(tmp_path, front().own_port)
        environment = OFFLINE | {"NO_PROXY": "127.0.0.1", "LEVELS_ALLOWED_USERS": READER}
        with serving(environment, home=tmp_path) as dashboard, shared_window(browser, dashboard) as page:
            sign_in = page.get_by_role("button", name="Sign in")
            page.goto(dashboard.shared_page("watchlist", source="sample"))
            expect(sign_in).to_be_visible()
            expect(page.locator(PRIVATE)).to_have_count(0)
            identity.email = "stranger@example.com"
            sign_in.click()
            expect(page.get_by_text("stranger@example.com may not see this dashboard")).to_be_visible()
            expect(page.locator(PRIVATE)).to_have_count(0)
            page.get_by_role("button", name="Sign out").click()
            identity.email = READER
            sign_in.click()
            expect(page.get_by_role("button", name="Sign out")).to_be_visible()
            page.goto(dashboard.shared_page(source="sample", ticker="CIFR"))
            expect(page.locator(".js-plotly-plot").first).to_be_visible()
            page.get_by_role("button", name="Sign out").click()
            expect(sign_in).to_be_visible()
            expect(page.locator(PRIVATE)).to_have_count(0)
