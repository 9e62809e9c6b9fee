"""What changed since a day: the article of 24 November 2025, and what counts as since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from alerts.changes import changes
from alerts.recent_changes import Recent, recent_changes
from indicators.analysis import TooEarly
from market import PriceHistory, PriceTarget
from market.market_data import MarketData
from market.sources import fetch
from market.symbols import parse_symbol
from tests.support.generated_bars import walk
from tickers.replay import replay

MINERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")
BARS = walk(300)
DATA = MarketData(PriceHistory("X", "X Inc.", "USD", BARS), ())
DAYS = [day.date() for day in BARS.index]


@pytest.fixture(scope="module")
def article_day() -> dict[str, Recent]:
    return {symbol: recent_changes(fetch(parse_symbol(symbol), "sample"), date(2025, 11, 24)) for symbol in MINERS}


def kinds(recent: Recent) -> dict[str, float | None]:
    return {change.kind: change.price for change in recent.changes}


def test_four_targets_moved(article_day):
    moved = {
        symbol: (change.kind, change.price)
        for symbol, recent in article_day.items()
        for change in recent.changes
        if change.kind in ("target_raised", "target_cut", "target_set")
    }
    assert moved == {
        "CIFR": ("target_raised", 18.0),
        "IREN": ("target_raised", 39.0),
        "MARA": ("target_cut", 13.0),
        "RIOT": ("target_cut", 17.0),
    }


def test_two_were_upgraded(article_day):
    assert [symbol for symbol, recent in article_day.items() if "upgraded" in kinds(recent)] == ["CIFR", "CLSK"]


def test_cifr_reclaimed_the_ema_at_the_price_that_the_article_gives(article_day):
    assert kinds(article_day["CIFR"])["ema_reclaimed"] == pytest.approx(15.89, abs=0.005)


def test_cifr_and_clsk_bounced_from_rising_trendlines(article_day):
    for symbol in ("CIFR", "CLSK"):
        (bounce,) = [change for change in article_day[symbol].changes if change.kind == "line_bounced"]
        assert bounce.text.startswith("Bounced from its rising trendline at $")
    assert kinds(article_day["CIFR"])["line_bounced"] == pytest.approx(14.0, abs=0.5)


def test_every_change_is_of_that_monday(article_day):
    assert {change.session for recent in article_day.values() for change in recent.changes} == {date(2025, 11, 24)}


@pytest.mark.parametrize("sessions", [1, 5, 40])
def test_several_sessions_are_the_changes_of_each_of_them(sessions):
    analyses = list(replay(DATA.history, (), DAYS[-1 - sessions :]))
    expected = [changes(before, after) for before, after in pairwise(analyses)]
    recent = recent_changes(DATA, since=sessions)
    assert recent.changes == tuple(change for found in reversed(expected) for change in found)
    assert recent.changes == recent_changes(DATA, DAYS[-1], DAYS[-1 - sessions]).changes
    assert recent.latest.as_of == DAYS[-1]


def test_a_day_without_a_session_tells_what_was_published_since():
    saturday = next(day for day in reversed(DAYS) if day.weekday() == 4) + timedelta(days=1)
    row = PriceTarget("X", "Needham", saturday, 50.0)
    found = recent_changes(replace(DATA, targets=(row,)), saturday)
    assert [(change.kind, change.label) for change in found.changes] == [("target_set", "Needham")]


def test_a_single_bar_has_no_changes():
    alone = replace(DATA, history=replace(DATA.history, bars=BARS.iloc[:1]))
    assert recent_changes(alone).changes == ()


def test_a_day_before_the_first_bar_raises_too_early():
    with pytest.raises(TooEarly):
        recent_changes(DATA, date(2019, 1, 1))
    with pytest.raises(TooEarly):
        recent_changes(replace(DATA, history=replace(DATA.history, bars=BARS.iloc[:0])))
