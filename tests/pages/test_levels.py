"""The Levels page under Streamlit's AppTest: the published figures of the sample, and a message for each failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import Engine, event
from streamlit.proto.Metric_pb2 import Metric
from streamlit.testing.v1 import AppTest

from indicators.analysis import Analysis
from market.errors import BadSymbol
from market.store.store import get_store
from tests.support.app_pages import empty_store, new_dashboard, press, run
from tests.support.market_cases import serve_case
from tests.support.page_texts import chart_text, heading, messages, metrics, plain, summary
from tests.support.replay_server import Listing, ReplayServer, listing, rating, reset
from ui.loading import shared_views

pytestmark = pytest.mark.apptest

LAST = date(2025, 11, 24)
MAX_QUERIES = 3  # of a switch: the lists for the box and for the tickers, the number of own targets
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    r"$\LaTeX$",
    ":red[x] :material/home: **b** `c`",
    "../../etc/passwd",
    "\u202egnp",
    "A" * 10_000,
)


@pytest.fixture(autouse=True)
def clear_page_caches() -> None:
    """No test sees what pages cached in another."""
    st.cache_data.clear()


def listed(symbol: str, sessions: int = 400, **known: Any) -> Listing:
    return listing(symbol, sessions, LAST, **known)


def page(**query: str) -> AppTest:
    return run(new_dashboard(**query))


def price_of(at: AppTest) -> str:
    """Return the price, whose label also says when it last traded if that is long ago."""
    return next(value for label, (value, _) in metrics(at).items() if label.startswith("Price"))


def choose(at: AppTest, ticker: str) -> AppTest:
    at.selectbox(key="ticker").set_value(ticker)
    return run(at)


# The sample


def test_the_sample_shows_the_published_figures_under_its_banner() -> None:
    at = page(source="Sample", ticker="CIFR")
    figures = metrics(at)
    assert heading(at) == "CIFR&ensp;Cipher Mining Inc."
    assert figures["Price"] == ("$16.77", "+18.6%")
    assert figures["Next support"] == ("$15.89", "EMA 50, −5.3%")
    assert figures["Next resistance"] == ("$16.91", "EMA 20, +0.8%")
    assert figures["Consensus target"] == ("$18", "+7.3%, 1 firm, newest set that day")
    assert figures["52 weeks"] == ("$2.35 – $25.71", "")
    assert "Demo data, not market prices" in plain(at.warning[0].value)
    assert not at.error


def test_a_rerun_does_not_read_the_store_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at, reads = page(source="Sample", ticker="CIFR"), []
    monkeypatch.setattr("ui.loading.one_ticker.fetch_stored", lambda *key: reads.append(key))
    run(at)
    assert not reads


def test_a_day_without_a_session_names_the_day_of_the_close() -> None:
    captions = [plain(caption.value) for caption in page(source="Sample", ticker="CIFR", asof="2025-11-23").caption]
    assert any(
        message.startswith("As of Sunday 23 Nov 2025, at the close of 21 Nov 2025, split") for message in captions
    )
    captions = [plain(caption.value) for caption in page(source="Sample", ticker="CIFR", asof="2025-11-21").caption]
    assert any(text.startswith("As of Friday 21 Nov 2025, at the close, split") for text in captions)


def test_the_ladder_lists_the_price_among_its_levels_and_marks_the_nearest() -> None:
    at = page(source="Sample", ticker="CIFR")
    table = at.dataframe[0].value
    prices = list(table["Price"])
    assert prices == sorted(prices, reverse=True)
    price = list(table["Level"]).index("Price")
    assert table["Role"][price - 1] == "nearest resistance" and table["Role"][price + 1] == "nearest support"


def test_tables_say_how_likely_each_level_and_target_is_touched() -> None:
    at = page(source="Sample", ticker="CIFR")
    ladder, targets = (table.value for table in at.dataframe[:2])
    odds = ladder[["By 25 Dec", "By 24 Feb"]].drop(list(ladder["Level"]).index("Price"))
    assert ((odds > 0.0) & (odds <= 1.0)).all(axis=None)
    assert (odds["By 25 Dec"] <= odds["By 24 Feb"]).all()
    assert targets["Touch"].between(0.0, 1.0).all() and targets["By"].notna().all()


def test_a_zone_is_one_rung_at_its_edge_nearest_the_price() -> None:
    table = page(source="Sample", ticker="CIFR").dataframe[0].value.set_index("Level")["Price"]
    zones = table[[label for label in table.index if label.startswith("Zone")]]
    assert list(zones.index) == [
        "Zone 23.80–25.71",
        "Zone 16.99–18.06",
        "Zone 14.02–14.88",
        "Zone 5.53–7.28",
        "Zone 2.70–4.61",
    ]
    assert [f"{zone:.2f}" for zone in zones] == ["23.80", "16.99", "14.88", "7.28", "4.61"]


def test_a_fall_is_red_and_points_down() -> None:
    at = page(source="Sample", ticker="CIFR", asof="2025-06-03")
    fall = next(metric for metric in at.metric if metric.label == "Price")
    assert plain(fall.delta) == "−6.6%" and (fall.proto.color, fall.proto.direction) == (Metric.RED, Metric.DOWN)


@pytest.mark.parametrize("source", ["sample", "Sample", "SAMPLE"])
def test_an_address_is_read_in_any_case(source: str) -> None:
    at = page(source=source, ticker="CIFR", period="MAX", scale="Log", watchlist="miners")
    values = {widget.key: widget.value for widget in (*at.button_group, *at.selectbox)}
    assert not at.exception and not at.error
    assert (values["source"], values["period"], values["scale"], values["watchlist"]) == (
        "sample",
        "max",
        "log",
        "Miners",
    )


def test_a_weekly_chart_says_so_and_takes_the_period_that_suits_it() -> None:
    at = page(source="Sample", ticker="MARA", interval="1WK")
    values = {widget.key: widget.value for widget in at.button_group}
    assert (values["interval"], values["period"]) == ("1wk", "5y")
    assert "weekly bars, at the close, week in progress" in messages(at)
    assert metrics(at)["Price"] == ("$11.21", "+8.6% on the week")
    assert "-week EMA" in messages(at) + summary(at)
    assert "-day EMA" not in summary(at)
    at.button_group(key="interval").set_value("1mo")
    run(at)
    values = {widget.key: widget.value for widget in at.button_group}
    assert values["period"] == "max" and "monthly bars" in messages(at)
    assert "200-month EMA: 65 of 200 months" in messages(at)


def test_an_interval_and_a_period_in_the_address_both_hold() -> None:
    at = page(source="Sample", ticker="MARA", interval="1mo", period="2y")
    values = {widget.key: widget.value for widget in at.button_group}
    assert (values["interval"], values["period"]) == ("1mo", "2y") and not at.exception


def test_a_past_day_shows_nothing_later() -> None:
    at = page(source="Sample", ticker="CIFR", asof="2025-06-03")
    assert "3 Jun 2025" in messages(at)
    assert "has no analyst targets for CIFR" in messages(at)
    assert metrics(at)["Consensus target"] == ("none", "no target that counts")


def test_a_day_before_the_first_bar_is_reported() -> None:
    at = page(source="Sample", ticker="CIFR", asof="1999-01-04")
    assert "CIFR: no prices on or before 1999-01-04, so choose a day from" in messages(at)


NONSENSE = ({"asof": "yesterday"}, {"asof": "2999-01-01"}, {"period": "7y"}, {"scale": "cubic"}, {"nix": "1"})


@pytest.mark.parametrize("query", NONSENSE, ids=str)
def test_nonsense_in_a_link_is_ignored(query: dict[str, str]) -> None:
    at = page(source="Sample", **query)
    assert heading(at) == "CIFR&ensp;Cipher Mining Inc."


def test_a_link_sets_the_options() -> None:
    at = page(source="Sample", ticker="RIOT", asof="2025-10-01", period="6m", scale="log")
    assert heading(at).startswith("RIOT") and "1 Oct 2025" in messages(at)
    assert (at.session_state["period"], at.session_state["scale"]) == ("6m", "log")


@pytest.mark.parametrize(("pane", "footer"), [("rsi", "RSI 14 by Wilder"), ("MACD", "MACD 12, 26, 9")])
def test_a_link_adds_a_momentum_pane(pane: str, footer: str) -> None:
    assert footer in chart_text(page(source="Sample", ticker="CIFR", pane=pane))
    assert footer not in chart_text(page(source="Sample", ticker="CIFR"))


@pytest.mark.parametrize("ticker", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_literally(ticker: str) -> None:
    at = page(source="Sample", ticker="CIFR")
    choose(at, ticker)
    assert plain(at.error[0].value) == str(BadSymbol(ticker))
    assert not re.search(r"(?<!\\)[<\[$`]", at.error[0].value)
    assert "Still showing CIFR below." in messages(at)


# Yahoo, through the replay server


def test_a_rerun_sends_no_request(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    at = page(ticker="CIFR")
    assert heading(at) == "CIFR&ensp;CIFR Replayed Inc."
    assert not at.error and not at.warning
    yahoo.forget_requests()
    at.session_state["period"] = "3m"
    run(at)
    assert yahoo.requests() == []


def test_an_unknown_symbol_offers_similar_ones_and_the_last_chart_stays(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"), listed("CLSK", name="CleanSpark Inc."))
    at = page(ticker="CIFR")
    choose(at, "CLSKK")
    assert plain(at.error[0].value) == "CLSKK: Yahoo Finance knows no such symbol"
    assert heading(at).startswith("CIFR") and "Still showing CIFR below." in messages(at)
    press(at, "CLSK · CleanSpark")
    assert heading(at).startswith("CLSK") and not at.error


def test_a_symbol_as_others_spell_it_is_shown_or_its_near_match_is_offered(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"), listed("BRK-B", name="Berkshire Hathaway Inc."))
    at = page(ticker="NASDAQ:CIFR")
    assert heading(at) == "CIFR&ensp;CIFR Replayed Inc."
    choose(at, "BRK.B")
    assert "BRK.B: Yahoo Finance knows no such symbol" in messages(at)
    press(at, "BRK-B")
    assert heading(at) == "BRK-B&ensp;Berkshire Hathaway Inc."


def test_names_without_a_font_are_said_beside_the_picture(
    market_data: Path, yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_case(yahoo, "japanese-names")
    monkeypatch.setattr("exports.fonts._has_font", lambda letter: False)
    at = run(page(ticker="7203.T"))
    assert heading(at) == "7203.T&ensp;トヨタ自動車株式会社"
    assert "no font for Japanese characters" in messages(at)
    assert price_of(at) == "¥2,873"


def test_figures_of_an_index_are_in_points(market_data: Path, yahoo: ReplayServer) -> None:
    serve_case(yahoo, "index-in-points")
    at = page(ticker="^GSPC")
    assert price_of(at) == "2,636.78 points"
    assert "$" not in "".join(value for value, _ in metrics(at).values())


def test_without_a_network_the_first_start_shows_the_sample_under_its_banner(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    yahoo.fails("any", reset)
    at = page()
    assert "Showing the built-in sample instead" in plain(at.error[0].value)
    assert "Demo data, not market prices" in plain(at.warning[0].value)
    assert "DEMO DATA, NOT MARKET PRICES" in chart_text(at)
    assert metrics(at)["Price"] == ("$16.77", "+18.6%")
    yahoo.works()
    press(at, "Try again")
    assert heading(at) == "CIFR&ensp;CIFR Replayed Inc." and not at.error and not at.warning


def test_too_few_bars_show_what_can_be_computed(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("NEW", sessions=57))
    at = page(ticker="NEW")
    assert "200-day EMA: 57 of 200 sessions" in messages(at)
    levels = list(at.dataframe[0].value["Level"])
    assert "EMA 50" in levels and "EMA 200" not in levels


def test_no_targets_leave_the_levels(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("SPY", ratings=()))
    at = page(ticker="SPY")
    assert "Yahoo Finance has no analyst targets for SPY" in messages(at)
    assert len(at.dataframe) == 1


def test_repaired_bars_are_counted_in_a_notice(yahoo: ReplayServer) -> None:
    known = listed("CIFR")
    bars = known.bars.copy()
    bars.iloc[40, bars.columns.get_loc("close")] = -3.0
    bars.iloc[90, bars.columns.get_loc("low")] = 2.0 * bars["high"].iloc[90]
    yahoo.lists(replace(known, bars=bars))
    at = page(ticker="CIFR")
    assert re.search(r"dropped|left out", messages(at)), messages(at)


def test_yahoos_own_consensus_is_shown_for_today_and_for_no_past_day(yahoo: ReplayServer) -> None:
    rows = (rating(LAST, "Northgate", "Buy", "", "main", 20.0, 18.0),)
    yahoo.lists(listed("CIFR", ratings=rows, consensus=(31.5, 30.0, 40.0, 22.0)))
    at = page(ticker="CIFR")
    assert "Yahoo Finance's own" in messages(at) and "mean $31.50, median $30, from $22 to $40" in messages(at)
    assert "mean $20" in messages(at)
    at.session_state["asof"] = LAST
    assert "Yahoo Finance's own" not in messages(run(at))


def test_the_day_of_the_newest_rating_shows_a_gap_in_the_feed(yahoo: ReplayServer) -> None:
    rows = (rating(LAST - timedelta(days=40), "Northgate", "Buy", "", "main", 20.0, 18.0),)
    yahoo.lists(listed("CIFR", ratings=rows))
    assert "Newest rating: 15 Oct 2025 (no rating for 40 days)." in messages(page(ticker="CIFR"))


def test_the_rating_of_a_firm_is_shown_beside_its_meaning(yahoo: ReplayServer) -> None:
    words = {"Northgate": "Sector Outperform", "Eastgate": "In-Line", "Westgate": "Reduce", "Southgate": "Ask again"}
    yahoo.lists(listed("CIFR", ratings=tuple(rating(LAST, *item, "", "main", 20.0, 18.0) for item in words.items())))
    shown = page(ticker="CIFR").dataframe[1].value
    stances = {
        word: [] if row is None else list(row) for word, row in zip(shown["Rating"], shown["Stance"], strict=True)
    }
    assert stances == {"Sector Outperform": ["buy"], "In-Line": ["hold"], "Reduce": ["sell"], "Ask again": []}


def test_outside_names_are_never_run(yahoo: ReplayServer) -> None:
    rows = (rating(LAST, "<b>Evil</b> [x](javascript:alert(1)) $x$", "=cmd()", "", "main", 20.0, 18.0),)
    yahoo.lists(listed("CIFR", name="<img src=x> **CIFR** $x^2$", ratings=rows))
    at = page(ticker="CIFR")
    assert heading(at) == "CIFR&ensp;<img src=x> **CIFR** $x^2$"
    assert not re.search(r"(?<!\\)[<$]", at.title[0].value)
    assert at.dataframe[1].value["Rating"][0] == "'=cmd()"


# A rerun, counted and not timed


@pytest.fixture
def queries() -> Iterator[list[str]]:
    """Collect the SQL statements sent from now on."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement != "BEGIN":
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def test_a_switch_asks_the_store_little_and_analyzes_nothing_that_others_have_seen(
    queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_store()
    for ticker in ("CIFR", "CLSK"):
        run(new_dashboard(source="sample", ticker=ticker))
    at = run(new_dashboard(source="sample", ticker="CIFR"))
    analyzed: list[Analysis] = []
    monkeypatch.setattr(shared_views, "analyse_market_data", lambda *_: analyzed.append(_))
    get_store().own_targets()  # a new connection asks more
    queries.clear()
    at.selectbox(key="ticker").set_value("CLSK")
    run(at)
    assert heading(at).startswith("CLSK")
    assert analyzed == []
    assert len(queries) <= MAX_QUERIES, queries
