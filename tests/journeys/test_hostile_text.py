"""Text that would be markup, a link, a script or a path, from anywhere, on every page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
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
from tests.support.app_pages import DASHBOARD
from tests.support.browser_page import alerts, chromium_at, levels_chart, looked_at
from tests.support.dashboard import OFFLINE, Dashboard, serving
from tests.support.replay_server import Listing, ReplayServer, listing, rating
from ui.sidebar.sidebar import FIRST_DAY, Choice

MB = 1_000_000
# What each would do where it is not taken for text: run, ask a host of documentation's own, typeset, climb, turn around
HOSTILE = {
    "CIFR": "<script>owned=1</script><img src=//192.0.2.1/x onerror=owned=1>",
    "CLSK": "[x](javascript:owned=1) ![x](//192.0.2.1/y.png) **b** `c`",
    "IREN": r"$\LaTeX$ :material/bug: :red[x] &lt;b&gt; %{y} {{7*7}}",
    "MARA": "../../etc/passwd \u202egnp.exe\u202c \u200f🚀 =1+1",
    "RIOT": "A" * (10 * MB),
}
LONGEST = 120  # of a name or firm that Yahoo sends
PARAMETERS = ("ticker", "period", "asof", "scale", "source", "watchlist", "page", "embed_options")
IN_BROWSER = (pytest.mark.browser, pytest.mark.slow)

# What text has become of that should have stayed text: on the page, in its pictures, in what a pointer brings up
BECOME = """() => {
    const addresses = [...document.querySelectorAll("*")].flatMap(each =>
        ["href", "xlink:href", "src", "srcset", "data", "action"].map(name => each.getAttribute(name)))
    return {
        ran: window.owned ?? null,
        leads: addresses.filter(each => /javascript:|192\\.0\\.2\\.1|passwd/i.test(each ?? "")),
        maths: document.querySelectorAll(".katex, mjx-container, .MathJax").length,
        handlers: document.querySelectorAll("[onerror], [onload]").length,
    }
}"""
NOTHING = {"ran": None, "leads": [], "maths": 0, "handlers": 0}


def to_the_letter(text: str) -> str:
    """As it is to be read: without the marks that nobody sees and that turn text around."""
    kept = "".join(each for each in text[: 4 * LONGEST] if unicodedata.category(each) not in ("Cc", "Cf"))
    return " ".join(kept.split())


def hostile(symbol: str, seed: int) -> Listing:
    """A company of a hostile name, whose analysts have hostile names and say hostile things, for years."""
    texts = list(HOSTILE.values())
    today = date.today()
    rows = [
        rating(today - timedelta(days=age + at), firm, said, before, "up", 5.0 + at, 4.0)
        for age in (3, 600)
        for at, (firm, said, before) in enumerate(zip(texts, texts[1:] + texts[:1], texts[2:] + texts[:2], strict=True))
    ]
    return listing(symbol, sessions=900, seed=seed, name=HOSTILE[symbol], ratings=tuple(rows))


@dataclass(frozen=True)
class Stage:
    dashboard: Dashboard
    viewer: BrowserContext


@pytest.fixture(scope="module")
def stage(browser: Path) -> Iterator[Stage]:
    with ReplayServer() as yahoo, chromium_at(browser) as viewer:
        yahoo.lists(*(hostile(symbol, seed) for seed, symbol in enumerate(HOSTILE)))
        with serving(yahoo.environment | {"BROWSER_PATH": str(browser)}) as dashboard:
            yield Stage(dashboard, viewer)


@pytest.fixture
def page(stage: Stage) -> Iterator[Page]:
    """A window in which nothing may have become of text at the end."""
    with looked_at(stage.viewer, stage.dashboard) as page:
        yield page
        assert page.evaluate(BECOME) == NOTHING


def in_browser(test: Any) -> Any:
    for mark in IN_BROWSER:
        test = mark(test)
    return test


def grid(page: Page, key: str) -> Locator:
    """A table as a screen reader reads it; the grid draws the rest."""
    return page.locator(f".st-key-{key} [role=grid]").first


def hovered(page: Page, marks: Locator) -> str:
    """All that the pointer brings up over these marks."""
    said = []
    expect(marks.first).to_be_attached()
    for mark in marks.all():
        box = mark.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2 - 4, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        page.wait_for_timeout(150)
        said += page.locator(".hoverlayer").all_text_contents()
    return " ".join(said)


# From Yahoo


@in_browser
@pytest.mark.parametrize("symbol", [each for each in HOSTILE if each != "CIFR"])
def test_a_company_is_called_what_it_is_called(stage: Stage, page: Page, symbol: str) -> None:
    page.goto(stage.dashboard.page(ticker=symbol))
    name = to_the_letter(HOSTILE[symbol])
    expect(page.locator("h2")).to_contain_text(name[:100])
    expect(levels_chart(page)).to_contain_text(name[:30])
    expect(alerts(page)).to_have_count(0)


@in_browser
def test_firms_and_ratings_are_text_in_picture_table_and_hover(stage: Stage, page: Page) -> None:
    page.goto(stage.dashboard.page(ticker="CIFR", period="3m"))
    expect(page.locator("h2")).to_contain_text(HOSTILE["CIFR"])
    expect(levels_chart(page)).to_contain_text(HOSTILE["CIFR"][:20])
    page.get_by_text("Consensus of 5 firms").scroll_into_view_if_needed()
    table = page.get_by_test_id("stDataFrame").last.locator("[role=grid]")
    for text in list(HOSTILE.values())[:-1]:
        expect(table).to_contain_text(to_the_letter(text))
    page.get_by_role("button", name="Rating changes").click()
    page.locator("h2").first.scroll_into_view_if_needed()
    marks = page.locator(".st-key-levels-chart .js-plotly-plot").first.locator(".scatterlayer .point")
    expect(marks.last).to_be_visible()
    page.wait_for_timeout(500)
    said = hovered(page, marks)
    assert "<script>" in said or "javascript:" in said or r"\LaTeX" in said, said


@in_browser
@pytest.mark.parametrize(
    ("name", "table", "marks"),
    [
        ("watchlist", "watchlist-table", None),
        ("compare", None, None),
        ("coverage", "coverage-table", ".st-key-sector .point"),
        ("track_record", "record-table", ".st-key-record .point"),
    ],
)
def test_every_page_of_many_tickers_shows_text(
    stage: Stage, page: Page, name: str, table: str | None, marks: str | None
) -> None:
    page.goto(stage.dashboard.page(name))
    if table is not None:
        words = "CIFR" if name == "watchlist" else HOSTILE["CIFR"]  # there its firms stand to the right of the window
        expect(grid(page, table)).to_contain_text(words)
    if name == "compare":
        expect(page.locator(".js-plotly-plot .trace").first).to_be_attached()
    if marks is not None:
        assert hovered(page, page.locator(marks)) != ""
    expect(alerts(page)).to_have_count(0)


# From the address and the keyboard


@in_browser
@pytest.mark.parametrize("text", [*list(HOSTILE.values())[:-1], "A" * 2_000], ids=[*list(HOSTILE)[:-1], "long"])
def test_an_address_is_a_sentence_or_ignored(stage: Stage, page: Page, text: str) -> None:
    page.goto(stage.dashboard.page(**dict.fromkeys(PARAMETERS, text)))
    expect(alerts(page)).to_contain_text("cannot be a ticker: use letters, digits and")
    expect(alerts(page)).to_contain_text(to_the_letter(text)[:20])


@in_browser
def test_a_list_of_a_hostile_name_with_hostile_tickers_and_its_pictures(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    name = "<img src=//192.0.2.1/w onerror=owned=1> $x$ :material/bug:"
    page.goto(stage.dashboard.page("watchlist"))
    page.get_by_role("button", name="New list").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="Tickers").fill("\n".join(["CIFR", *(each[:20_000] for each in HOSTILE.values())]))
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(alerts(page)).to_contain_text("cannot be a ticker")
    expect(alerts(page)).to_contain_text("more were left out")
    expect(grid(page, "watchlist-table")).to_contain_text("CIFR")
    assert page.evaluate(BECOME) == NOTHING
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect(page.get_by_text("A click on a row opens its chart.")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.get_by_role("button", name="Export all pictures").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download ZIP").click()
    assert started.value.suggested_filename.replace("_", "").replace(".", "").isalnum()
    with ZipFile(started.value.path()) as packed:
        assert all(Path(each).name == each for each in packed.namelist())
        packed.extractall(tmp_path)
    _open_album(stage.viewer, tmp_path / "index.html")


def _open_album(viewer: BrowserContext, index: Path) -> None:
    album = viewer.new_page()
    asked: list[str] = []
    album.on("request", lambda request: asked.append(request.url))
    album.goto(index.as_uri())
    expect(album.locator("h2").first).to_contain_text(HOSTILE["CIFR"])
    assert album.evaluate(BECOME) == NOTHING
    assert all(each.startswith(index.parent.as_uri()) for each in asked)
    album.close()


# Any text at all


def choosing() -> None:
    """The sidebar alone, and what it says."""
    import streamlit as st

    from ui.sidebar import sidebar

    sidebar.draw()
    st.session_state["said"] = sidebar.choice()


anything = some.one_of(
    some.text(some.characters(exclude_categories=["Cs"]), max_size=40),
    some.from_regex(r"\A-?\d{1,6}[-/.]\d{1,3}[-/.]\d{1,3}T?\Z"),
    some.sampled_from([*(each[:1000] for each in HOSTILE.values()), "", "null", "NaN", "[]", "%00", "1e400", "CIFR"]),
)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OFFLINE.items():
        monkeypatch.setenv(name, value)
    st.cache_data.clear()


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=some.dictionaries(some.sampled_from(PARAMETERS), some.one_of(anything, some.lists(anything, max_size=3))))
def test_any_address_makes_a_choice(offline: None, query: dict[str, str | list[str]]) -> None:
    at = AppTest.from_function(choosing, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, (query, at.exception)
    said: Choice = at.session_state["said"]
    assert said.period in PERIODS and said.scale in ("linear", "log") and said.source in SOURCES
    assert said.as_of is None or FIRST_DAY <= said.as_of <= date.today()
    assert bool(said.ticker) != bool(said.complaint)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=some.fixed_dictionaries({"source": some.just("Sample")}, optional=dict.fromkeys(PARAMETERS[:4], anything)))
def test_any_address_is_a_page(offline: None, query: dict[str, str]) -> None:
    at = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception and not any("itself failed" in each.value for each in at.error), query
    assert at.header or at.error
