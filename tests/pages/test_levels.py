"""The Levels page under Streamlit's AppTest: the sample's published figures, and each failure as a sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.Metric_pb2 import Metric
from streamlit.testing.v1 import AppTest

from market.errors import BadSymbol
from market.price_history import PriceHistory
from market.store.store import get_store
from tests.support.app_pages import APP
from tests.support.replay_server import RATE_LIMITED, Listing, ReplayServer, hang, listing, rating, reset

LAST = date(2025, 11, 24)
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
def forgetful() -> None:
    """Pages remember across sessions; a test remembers nothing of another."""
    st.cache_data.clear()


def listed(symbol: str, sessions: int = 400, **known: Any) -> Listing:
    return listing(symbol, sessions, LAST, **known)


def page(**query: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.session_state["picture-seen"] = True  # what follows the picture comes when a browser has asked for it
    return run(at)


def run(at: AppTest) -> AppTest:
    for box in at.selectbox:  # AppTest forgets that a box may hold what it does not list
        if box.value is not None and box.value not in box.options:
            box.options.append(box.value)
    at.run()
    assert not at.exception
    return at


def plain(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


def said(at: AppTest) -> str:
    """All messages and captions, with the markdown's escapes taken off."""
    return plain("\n".join(each.value for each in (*at.error, *at.warning, *at.info, *at.caption)))


def metrics(at: AppTest) -> dict[str, tuple[str, str]]:
    return {each.label: (plain(each.value), plain(each.delta)) for each in at.metric}


def heading(at: AppTest) -> str | None:
    return plain(at.header[0].value) if at.header else None


def press(at: AppTest, label: str) -> AppTest:
    next(each for each in at.button if plain(each.label).startswith(label)).click()
    return run(at)


def choose(at: AppTest, ticker: str) -> AppTest:
    at.selectbox(key="ticker").set_value(ticker)
    return run(at)


# The sample


def test_the_sample_shows_the_published_figures_and_says_what_it_is() -> None:
    at = page(source="Sample", ticker="CIFR")
    figures = metrics(at)
    assert heading(at) == "CIFR&ensp;Cipher Mining Inc."
    assert figures["Price"] == ("$16.77", "+18.6%")
    assert figures["Next resistance"] == ("$16.91", "EMA 20")
    assert figures["Consensus target"] == ("$18", "+7.3%")
    assert "Demo data, not market prices" in plain(at.warning[0].value)
    assert not at.error


def test_what_is_shown_is_not_read_again_at_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    at, read = page(source="Sample", ticker="CIFR"), []
    monkeypatch.setattr("ui.loading.one_ticker.fetch_stored", lambda *key: read.append(key))
    run(at)
    assert not read


def test_a_day_without_a_session_says_whose_close_is_shown() -> None:
    said = [plain(each.value) for each in page(source="Sample", ticker="CIFR", asof="2025-11-23").caption]
    assert any(message.startswith("As of Sunday 23 Nov 2025, at the close of 21 Nov 2025, split") for message in said)
    said = [plain(each.value) for each in page(source="Sample", ticker="CIFR", asof="2025-11-21").caption]
    assert any(message.startswith("As of Friday 21 Nov 2025, at the close, split") for message in said)


def test_the_ladder_has_the_price_among_its_levels_and_marks_the_nearest() -> None:
    at = page(source="Sample", ticker="CIFR")
    table = at.dataframe[0].value
    prices = list(table["Price"])
    assert prices == sorted(prices, reverse=True)
    where = list(table["Level"]).index("Price")
    assert table["Role"][where - 1] == "nearest resistance" and table["Role"][where + 1] == "nearest support"


def test_a_zone_is_one_rung_at_the_edge_that_the_price_would_meet() -> None:
    table = page(source="Sample", ticker="CIFR").dataframe[0].value.set_index("Level")["Price"]
    zones = table[[each for each in table.index if each.startswith("Zone")]]
    assert list(zones.index) == ["Zone 24.90–25.71", "Zone 16.99–18.06", "Zone 14.02–14.88", "Zone 0.64–10.61"]
    assert [f"{zone:.2f}" for zone in zones] == ["24.90", "16.99", "14.88", "10.61"]


def test_a_fall_is_drawn_as_one() -> None:
    fall = next(each for each in page(source="Sample", ticker="IREN").metric if each.label == "Consensus target")
    assert plain(fall.delta) == "−19.0%" and (fall.proto.color, fall.proto.direction) == (Metric.RED, Metric.DOWN)


@pytest.mark.parametrize("source", ["sample", "Sample", "SAMPLE"])
def test_an_address_is_read_in_any_case(source: str) -> None:
    at = page(source=source, ticker="CIFR", period="MAX", scale="Log", watchlist="miners")
    chosen = {each.key: each.value for each in (*at.button_group, *at.selectbox)}
    assert not at.exception and not at.error
    assert (chosen["source"], chosen["period"], chosen["scale"], chosen["watchlist"]) == (
        "sample",
        "max",
        "log",
        "Miners",
    )


def test_a_past_day_shows_nothing_later() -> None:
    at = page(source="Sample", ticker="CIFR", asof="2025-06-03")
    assert "3 Jun 2025" in said(at)
    assert "has no analyst targets for CIFR" in said(at)
    assert "Consensus target" not in metrics(at)


def test_a_day_before_the_first_bar_is_a_sentence() -> None:
    at = page(source="Sample", ticker="CIFR", asof="1999-01-04")
    assert "CIFR: no prices on or before 1999-01-04, so choose a day from" in said(at)


NONSENSE = ({"asof": "yesterday"}, {"asof": "2999-01-01"}, {"period": "7y"}, {"scale": "cubic"}, {"nix": "1"})


@pytest.mark.parametrize("query", NONSENSE, ids=str)
def test_a_link_that_says_nonsense_shows_the_rest(query: dict[str, str]) -> None:
    at = page(source="Sample", **query)
    assert heading(at) == "CIFR&ensp;Cipher Mining Inc."


def test_a_link_is_followed() -> None:
    at = page(source="Sample", ticker="RIOT", asof="2025-10-01", period="6m", scale="log")
    assert heading(at).startswith("RIOT") and "1 Oct 2025" in said(at)
    assert (at.session_state["period"], at.session_state["scale"]) == ("6m", "log")


@pytest.mark.parametrize("ticker", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_to_the_letter(ticker: str) -> None:
    at = page(source="Sample", ticker="CIFR")
    choose(at, ticker)
    assert plain(at.error[0].value) == str(BadSymbol(ticker))
    assert not re.search(r"(?<!\\)[<\[$`]", at.error[0].value)
    assert "Below is still CIFR." in said(at)


# Yahoo, by way of the replay server


def test_a_first_answer_is_shown_and_a_rerun_asks_nothing(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    at = page(ticker="CIFR")
    assert heading(at) == "CIFR&ensp;CIFR Replayed Inc."
    assert not at.error and not at.warning
    yahoo.forget()
    at.session_state["period"] = "3m"
    run(at)
    assert yahoo.asked() == []


def test_an_unknown_symbol_has_its_near_matches_a_click_away_and_the_last_chart_stays(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"), listed("CLSK", name="CleanSpark Inc."))
    at = page(ticker="CIFR")
    choose(at, "CLSKK")
    assert plain(at.error[0].value) == "CLSKK: Yahoo Finance knows no such symbol"
    assert heading(at).startswith("CIFR") and "Below is still CIFR." in said(at)
    press(at, "CLSK · CleanSpark")
    assert heading(at).startswith("CLSK") and not at.error


def test_a_rate_limit_without_stored_bars_offers_the_sample_and_goes_on_without_reload(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("NVDA"))
    yahoo.fails("any", RATE_LIMITED)
    at = page(ticker="NVDA")
    assert "Yahoo Finance is limiting how often it is asked, so try again" in said(at)
    assert heading(at) is None
    press(at, "Show the sample")
    assert heading(at).startswith("CIFR") and "Demo data" in said(at)


def test_without_a_network_at_the_first_start_the_sample_stands_under_a_banner(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    yahoo.fails("any", reset)
    at = page()
    assert "Below is the built-in sample instead" in plain(at.error[0].value)
    assert "Demo data, not market prices" in plain(at.warning[0].value)
    assert metrics(at)["Price"] == ("$16.77", "+18.6%")
    yahoo.works()
    press(at, "Try again")
    assert heading(at) == "CIFR&ensp;CIFR Replayed Inc." and not at.error and not at.warning


def aged(history: PriceHistory, days: int) -> PriceHistory:
    """As it was fetched days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    return replace(history, bars=history.bars.iloc[:-days], fetched_at=then)


def stored(symbol: str, days: int = 3) -> PriceHistory:
    """A history in the store, fetched days ago, without the bars since."""
    from market.yahoo import client as live

    history = aged(live.fetch_history(symbol), days)
    get_store().save_history(history)
    return history


def until(at: AppTest, holds: Callable[[AppTest], bool]) -> AppTest:
    """Runs the page again, as its own watch does, until the answer behind it has come."""
    for _ in range(100):
        if holds(run(at)):
            return at
        time.sleep(0.1)
    raise AssertionError(said(at))


def test_stored_bars_are_shown_at_once_and_the_newer_ones_when_they_come(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    old = float(stored("CIFR").bars["close"].iloc[-1])
    yahoo.fails("any", hang)
    at = page(ticker="CIFR")
    assert metrics(at)["Price"][0] == f"${old:,.2f}"
    yahoo.works()
    until(at, lambda page: metrics(page)["Price"][0] != f"${old:,.2f}")
    assert "24 Nov 2025" in said(at) and not at.info


def test_stored_bars_outlive_a_rate_limit_with_their_age_and_the_time_of_the_next_try(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    stored("CIFR")
    yahoo.fails("any", RATE_LIMITED)
    at = until(page(ticker="CIFR"), lambda page: bool(page.info))
    assert "fetched 3 days ago" in said(at) and "it will be asked again at" in said(at)
    assert heading(at).startswith("CIFR") and "Ask again" in [each.label for each in at.button]
    press(at, "Ask again")
    assert heading(at).startswith("CIFR")


def test_too_few_bars_show_what_can_be_computed(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("NEW", sessions=57))
    at = page(ticker="NEW")
    assert "200-day EMA: 57 of 200 sessions" in said(at)
    levels = list(at.dataframe[0].value["Level"])
    assert "EMA 50" in levels and "EMA 200" not in levels


def test_no_targets_leave_the_levels(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("SPY", ratings=()))
    at = page(ticker="SPY")
    assert "Yahoo Finance has no analyst targets for SPY" in said(at)
    assert len(at.dataframe) == 1


def test_targets_that_cannot_be_had_leave_the_levels_and_a_notice(yahoo: ReplayServer) -> None:
    yahoo.lists(listed("CIFR"))
    yahoo.fails("summary", RATE_LIMITED)
    at = page(ticker="CIFR")
    assert "nalyst targets could not be fetched" in said(at)
    assert heading(at).startswith("CIFR")


def test_bars_that_cannot_be_are_counted_in_words(yahoo: ReplayServer) -> None:
    known = listed("CIFR")
    bars = known.bars.copy()
    bars.iloc[40, bars.columns.get_loc("close")] = -3.0
    bars.iloc[90, bars.columns.get_loc("low")] = 2.0 * bars["high"].iloc[90]
    yahoo.lists(replace(known, bars=bars))
    at = page(ticker="CIFR")
    assert re.search(r"dropped|left out", said(at)), said(at)


def test_yahoos_own_consensus_stands_beside_ours_today_and_on_no_past_day(yahoo: ReplayServer) -> None:
    rows = (rating(LAST, "Northgate", "Buy", "", "main", 20.0, 18.0),)
    yahoo.lists(listed("CIFR", ratings=rows, consensus=(31.5, 30.0, 40.0, 22.0)))
    at = page(ticker="CIFR")
    assert "Yahoo Finance's own" in said(at) and "mean $31.50, median $30, from $22 to $40" in said(at)
    assert "mean $20" in said(at)
    at.session_state["asof"] = LAST
    assert "Yahoo Finance's own" not in said(run(at))


def test_a_feed_that_fell_silent_shows_the_day_of_its_newest_row(yahoo: ReplayServer) -> None:
    rows = (rating(LAST - timedelta(days=40), "Northgate", "Buy", "", "main", 20.0, 18.0),)
    yahoo.lists(listed("CIFR", ratings=rows))
    assert "The newest rating row is of 15 Oct 2025, 40 days before" in said(page(ticker="CIFR"))


def test_a_firm_s_own_word_stands_beside_what_it_means(yahoo: ReplayServer) -> None:
    words = {"Northgate": "Sector Outperform", "Eastgate": "In-Line", "Westgate": "Reduce", "Southgate": "Ask again"}
    yahoo.lists(listed("CIFR", ratings=tuple(rating(LAST, *item, "", "main", 20.0, 18.0) for item in words.items())))
    shown = page(ticker="CIFR").dataframe[1].value
    stances = {
        word: [] if row is None else list(row) for word, row in zip(shown["Rating"], shown["Stance"], strict=True)
    }
    assert stances == {"Sector Outperform": ["buy"], "In-Line": ["hold"], "Reduce": ["sell"], "Ask again": []}


def test_outside_names_are_text(yahoo: ReplayServer) -> None:
    rows = (rating(LAST, "<b>Evil</b> [x](javascript:alert(1)) $x$", "=cmd()", "", "main", 20.0, 18.0),)
    yahoo.lists(listed("CIFR", name="<img src=x> **CIFR** $x^2$", ratings=rows))
    at = page(ticker="CIFR")
    assert heading(at) == "CIFR&ensp;<img src=x> **CIFR** $x^2$"
    assert not re.search(r"(?<!\\)[<$]", at.header[0].value)
    assert at.dataframe[1].value["Rating"][0] == "'=cmd()"
