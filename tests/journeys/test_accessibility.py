"""Every page for everyone: axe-core finds no serious fault in light and dark, and the keyboard reaches what matters."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.browser_page import levels_chart, rerun_finished
from tests.support.dashboard import Dashboard

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("dashboard")]

PAGES = ("", "watchlist", "changes", "alerts", "compare", "coverage", "track_record", "evidence")
SAMPLE = {"source": "Sample", "asof": "2025-11-24"}
GRAVE = ("serious", "critical")
MAX_TABS = 40

# The element that has the focus: its key on the page, and whether an outline or a shadow shows that it has
FOCUSED = """() => {
    const focused = document.activeElement;
    const shown = node => {
        const style = getComputedStyle(node);
        return style.outlineStyle !== "none" && style.outlineWidth !== "0px" || style.boxShadow !== "none";
    };
    const key = [...(focused.closest("[class*='st-key-']")?.classList ?? [])].find(name => name.startsWith("st-key-"));
    let node = focused;
    for (let depth = 0; depth < 4 && node; depth++, node = node.parentElement) if (shown(node)) return [key, true];
    return [key, false];
}"""


def grave_faults(page: Page) -> list[tuple[str, str]]:
    """Return the rule of each serious or critical violation that axe-core finds, and its first element."""
    violations: list[dict[str, Any]] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(found["id"], found["nodes"][0]["html"]) for found in violations if found["impact"] in GRAVE]


@pytest.mark.long
@pytest.mark.parametrize("page", [{"color_scheme": scheme} for scheme in ("light", "dark")], indirect=True)
def test_no_page_has_a_serious_fault(page: Page, dashboard: Dashboard) -> None:
    for path in PAGES:
        page.goto(dashboard.shared_page(path, **SAMPLE))
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_be_visible()
        if not path:
            levels_chart(page)
        rerun_finished(page)
        assert (path, grave_faults(page)) == (path, [])
        assert heading.count() == 1, path


@pytest.mark.long
def test_the_keyboard_reaches_ticker_session_step_and_export(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.shared_page("", **SAMPLE))
    levels_chart(page)
    expect(page.get_by_role("button", name="Export")).to_be_visible()
    rerun_finished(page)
    reached: dict[str, bool] = {}
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        key, is_marked = page.evaluate(FOCUSED)
        reached[key] = reached.get(key, False) or is_marked
    wanted = ("st-key-ticker", "st-key-session-step--1", "st-key-export-menu")
    assert {key: reached.get(key) for key in wanted} == dict.fromkeys(wanted, True), reached
