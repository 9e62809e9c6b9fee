"""Text from outside that looks like markup, a link, a script or a path stays text, on every page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import streamlit as st
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import BrowserContext, Locator, Page, expect
from streamlit.testing.v1 import AppTest

from charts.options import PERIODS
from market.sources import SOURCES
from market.store.store import Store, Watchlist
from tests.journeys.conftest import Stage
from tests.support.app_pages import DASHBOARD
from tests.support.browser_page import alerts, levels_chart, rerun_finished
from tests.support.dashboard import OFFLINE, Dashboard
from tests.support.replay_server import Listing, listing, rating
from ui.sidebar.chart_time import FIRST_DAY
from ui.sidebar.sidebar import ViewOptions

MB = 1_000_000
# Companies by symbol, and what the text of each would do if it were not shown as text: run a script, load from a host,
# typeset, climb out of a folder and reverse the reading order, fill memory. 192.0.2.1 is reserved for documentation.
HOSTILE = {
    "TAGS": "<script>owned=1</script><img src=//192.0.2.1/x onerror=owned=1>",
    "LINKS": "[x](javascript:owned=1) ![x](//192.0.2.1/y.png) **b** `c`",
    "MARKUP": r"$\LaTeX$ :material/bug: :red[x] &lt;b&gt; %{y} {{7*7}}",
    "PATHS": "../../etc/passwd \u202egnp.exe\u202c \u200f🚀 =1+1",
    "LONG": "A" * (10 * MB),
}
WATCHLIST = "Hostile"
HOSTILE_LIST_NAME = "<img src=//192.0.2.1/w onerror=owned=1> $x$ :material/bug:"
MAX_NAME_LENGTH = 120  # of a company or firm, as Levelboard shows them
PARAMETERS = ("ticker", "period", "asof", "scale", "source", "watchlist", "level", "at", "page", "embed_options")
IN_BROWSER = (pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("dashboard"))

# Whatever text has turned into although it should have stayed text: on the page, in charts, in hover labels
FIND_ACTIVE_CONTENT = """() => {
    const addresses = [...document.querySelectorAll("*")].flatMap(element =>
        ["href", "xlink:href", "src", "srcset", "data", "action"].map(name => element.getAttribute(name)))
    return {
        ran: window.owned ?? null,
        links: addresses.filter(address => /javascript:|192\\.0\\.2\\.1|passwd/i.test(address ?? "")),
        formulas: document.querySelectorAll(".katex, mjx-container, .MathJax").length,
        handlers: document.querySelectorAll("[onerror], [onload]").length,
    }
}"""
NO_ACTIVE_CONTENT = {"ran": None, "links": [], "formulas": 0, "handlers": 0}


def readable(text: str) -> str:
    """Return the text as it should be shown: without invisible characters and those that reverse the order."""
    kept = "".join(
        character for character in text[: 4 * MAX_NAME_LENGTH] if unicodedata.category(character) not in ("Cc", "Cf")
    )
    return " ".join(kept.split())


def hostile_listing(symbol: str, seed: int) -> Listing:
    """Return a company with a hostile name, and years of ratings with hostile firms and grades.

    Only LONG has ratings of a megabyte each: they take long to send and to read.
    """
    longest = MB if symbol == "LONG" else MB // 100
    texts = [text[:longest] for text in HOSTILE.values()]
    today = date.today()
    unrated = listing(symbol, sessions=900, seed=seed, name=HOSTILE[symbol])
    close = round(float(unrated.bars["close"].iloc[-1]), 2)
    rows = [
        rating(today - timedelta(days=age + number), firm, grade, prior_grade, "up", close + number, close)
        for age in (3, 600)
        for number, (firm, grade, prior_grade) in enumerate(
            zip(texts, texts[1:] + texts[:1], texts[2:] + texts[:2], strict=True)
        )
    ]
    return replace(unrated, ratings=tuple(rows), consensus=None)


@pytest.fixture(scope="module")
def hostile_companies(shared_stage: Stage) -> Iterator[None]:
    """List the companies at Yahoo and in a watchlist while these tests run."""
    store = Store(shared_stage.store)
    shared_stage.yahoo.lists(*(hostile_listing(symbol, seed) for seed, symbol in enumerate(HOSTILE)))
    store.save_watchlist(Watchlist(WATCHLIST, tuple(HOSTILE)))
    yield
    for watchlist in store.watchlists():
        if watchlist.name in (WATCHLIST, HOSTILE_LIST_NAME):
            store.delete_watchlist(watchlist)
    for symbol in HOSTILE:
        shared_stage.yahoo.delists(symbol)


@pytest.fixture
def page(hostile_companies: None, page: Page) -> Iterator[Page]:
    """Lend the window; at the end no text may have turned into anything else."""
    yield page
    assert page.evaluate(FIND_ACTIVE_CONTENT) == NO_ACTIVE_CONTENT


def in_browser(test: Any) -> Any:
    for mark in IN_BROWSER:
        test = mark(test)
    return test


def grid(page: Page, key: str) -> Locator:
    """Return a table as a screen reader reads it; what the eye sees is drawn on a canvas."""
    return page.locator(f".st-key-{key} [role=grid]").first


def hover_texts(page: Page, marks: Locator, most: int = 3) -> str:
    """Return the hover labels of the first of these marks."""
    labels = []
    expect(marks.first).to_be_attached()
    for mark in marks.all()[:most]:
        box = mark.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2 - 4, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        page.wait_for_timeout(80)
        labels += page.locator(".hoverlayer").all_text_contents()
    return " ".join(labels)


def pick_ticker(page: Page, symbol: str) -> None:
    box = page.get_by_test_id("stSelectbox").filter(has_text="Ticker").locator("input")
    box.fill(symbol)
    box.press("Enter")


# From Yahoo


@pytest.mark.long
@in_browser
def test_names_firms_and_ratings_are_text_in_heading_chart_table_and_hover_labels(
    dashboard: Dashboard, page: Page
) -> None:
    page.goto(dashboard.shared_page(ticker="TAGS", period="3m"))
    expect(page.locator("h1")).to_contain_text(HOSTILE["TAGS"])
    expect(levels_chart(page)).to_contain_text(HOSTILE["TAGS"][:20])
    page.get_by_text("Consensus of 5 firms").scroll_into_view_if_needed()
    table = page.get_by_test_id("stDataFrame").last.locator("[role=grid]")
    for text in list(HOSTILE.values())[:-1]:
        expect(table).to_contain_text(readable(text), ignore_case=True)  # words of unknown firms are capitalized
    page.get_by_role("button", name="Rating changes").click()
    page.locator("h1").first.scroll_into_view_if_needed()
    marks = page.locator(".st-key-levels-chart .js-plotly-plot").first.locator("[class*=scatterlayer] .point")
    expect(marks.last).to_be_visible()
    page.wait_for_timeout(500)
    labels = hover_texts(page, marks, most=100)
    assert "<script>" in labels or "javascript:" in labels or r"\LaTeX" in labels, labels
    for symbol in [symbol for symbol in HOSTILE if symbol != "TAGS"]:
        assert page.evaluate(FIND_ACTIVE_CONTENT) == NO_ACTIVE_CONTENT
        pick_ticker(page, symbol)
        name = readable(HOSTILE[symbol])
        expect(page.locator("h1")).to_contain_text(name[:100])
        expect(levels_chart(page)).to_contain_text(name[:30])
        expect(alerts(page)).to_have_count(0)
        rerun_finished(page)


@in_browser
@pytest.mark.long
def test_pages_of_many_tickers_show_names_as_text(dashboard: Dashboard, page: Page) -> None:
    page.goto(dashboard.shared_page("watchlist", watchlist=WATCHLIST))
    expect(grid(page, "watchlist-table")).to_contain_text("TAGS")  # firms are right of the window
    expect_no_alert_and_only_text(page)
    page.get_by_role("link", name="Compare").click()
    expect(page.locator(".js-plotly-plot .trace").first).to_be_attached()
    expect_no_alert_and_only_text(page)
    for title, table, marks in (
        ("Coverage", "coverage-table", "sector-chart"),
        ("Track record", "record-table", "record-chart"),
    ):
        page.get_by_role("link", name=title).click()
        expect(grid(page, table)).to_contain_text(HOSTILE["TAGS"], ignore_case=True)
        assert hover_texts(page, page.locator(f".st-key-{marks} .point")) != ""
        expect_no_alert_and_only_text(page)


def expect_no_alert_and_only_text(page: Page) -> None:
    rerun_finished(page)
    expect(alerts(page)).to_have_count(0)
    assert page.evaluate(FIND_ACTIVE_CONTENT) == NO_ACTIVE_CONTENT


# From the address


@in_browser
@pytest.mark.parametrize("text", [*list(HOSTILE.values())[:-1], "A" * 2_000], ids=[*list(HOSTILE)[:-1], "long"])
def test_hostile_parameters_in_the_address_are_reported(dashboard: Dashboard, page: Page, text: str) -> None:
    page.goto(dashboard.shared_page(**dict.fromkeys(PARAMETERS, text)))
    expect(alerts(page)).to_contain_text("cannot be a ticker: use letters, digits and")
    expect(alerts(page)).to_contain_text(readable(text)[:20])


@in_browser
@pytest.mark.long
def test_a_watchlist_with_hostile_names_and_its_exported_pictures(
    dashboard: Dashboard, page: Page, tmp_path: Path
) -> None:
    page.goto(dashboard.shared_page("watchlist", watchlist=WATCHLIST))
    page.get_by_role("button", name="New list").click()
    page.get_by_role("textbox", name="Name").fill(HOSTILE_LIST_NAME)
    page.get_by_role("textbox", name="Tickers").fill("\n".join(["TAGS", *(text[:5_000] for text in HOSTILE.values())]))
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=HOSTILE_LIST_NAME)).to_be_visible()
    expect(alerts(page)).to_contain_text("cannot be a ticker")
    expect(alerts(page)).to_contain_text("more were left out")
    expect(grid(page, "watchlist-table")).to_contain_text("TAGS")
    assert page.evaluate(FIND_ACTIVE_CONTENT) == NO_ACTIVE_CONTENT
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect(page.get_by_text("Click a ticker to open its chart.")).to_be_visible()
    rerun_finished(page)
    page.get_by_role("button", name="Export all pictures").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download ZIP").click()
    assert started.value.suggested_filename.replace("_", "").replace(".", "").isalnum()
    with ZipFile(started.value.path()) as packed:
        assert all(Path(name).name == name for name in packed.namelist())
        packed.extractall(tmp_path)
    _check_album(page.context, tmp_path / "index.html")


def _check_album(viewer: BrowserContext, index: Path) -> None:
    album = viewer.new_page()
    requested: list[str] = []
    album.on("request", lambda request: requested.append(request.url))
    album.goto(index.as_uri())
    expect(album.locator("h2").first).to_contain_text(HOSTILE["TAGS"])
    assert album.evaluate(FIND_ACTIVE_CONTENT) == NO_ACTIVE_CONTENT
    assert all(url.startswith(index.parent.as_uri()) for url in requested)
    album.close()


# Any text at all


def sidebar_script() -> None:
    """Draw only the sidebar and the header of the Levels page, and keep the options selected in them."""
    import streamlit as st

    from ui import navigation
    from ui.levels.header import Header
    from ui.sidebar import sidebar

    sidebar.draw_sidebar(navigation.pages()[0])
    Header()
    st.session_state["options"] = sidebar.view_options()


anything = some.one_of(
    some.text(some.characters(exclude_categories=["Cs"]), max_size=40),
    some.from_regex(r"\A-?\d{1,6}[-/.]\d{1,3}[-/.]\d{1,3}T?\Z"),
    some.sampled_from([*(text[:1000] for text in HOSTILE.values()), "", "null", "NaN", "[]", "%00", "1e400", "CIFR"]),
)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OFFLINE.items():
        monkeypatch.setenv(name, value)
    st.cache_data.clear()


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=some.dictionaries(some.sampled_from(PARAMETERS), some.one_of(anything, some.lists(anything, max_size=3))))
def test_any_address_gives_valid_options(offline: None, query: dict[str, str | list[str]]) -> None:
    at = AppTest.from_function(sidebar_script, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, (query, at.exception)
    options: ViewOptions = at.session_state["options"]
    assert options.period in PERIODS and options.scale in ("linear", "log") and options.source in SOURCES
    assert options.as_of is None or FIRST_DAY <= options.as_of <= date.today()
    assert bool(options.ticker) != bool(options.ticker_error)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=some.fixed_dictionaries({"source": some.just("Sample")}, optional=dict.fromkeys(PARAMETERS[:4], anything)))
def test_any_address_opens_a_page(offline: None, query: dict[str, str]) -> None:
    at = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception and not any("Something went wrong" in error.value for error in at.error), query
    assert at.title or at.error
