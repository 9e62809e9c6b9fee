"""Faults that users of a feed reported, through the real yfinance: each comes out with the right figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
import time_machine

from indicators import Analysis, analyse
from market.sources import fetch
from market.symbols import parse_symbol
from tests.support.market_cases import needs_cases, serve_case
from tests.support.replay_server import ReplayServer

pytestmark = needs_cases

REPAIRED = "repaired (another unit, or the wrong side of a split)"
COMPLETED = "had an open, high or low that was missing or absurd, and"


def analysis_of(yahoo: ReplayServer, name: str) -> Analysis:
    """Return the analysis of a case an hour after Yahoo's clock, with requests for its bars counted: one."""
    listed = serve_case(yahoo, name)
    assert yahoo.now is not None
    with time_machine.travel(yahoo.now + timedelta(hours=1)):
        data = fetch(parse_symbol(listed.symbol))
    assert len(yahoo.requests("chart")) == 1
    return analyse(data.history, data.targets)


def ema_20(analysis: Analysis) -> float | None:
    return analysis.emas[0].value


def test_prices_that_switch_between_pence_and_pounds_are_in_one_unit(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "unit-switch")
    assert ema_20(analysis) == pytest.approx(14.55)
    assert analysis.bars["close"].to_numpy() == pytest.approx([14.55] * 23)
    assert analysis.currency == "GBp"
    assert f"14 bars were {REPAIRED}: 2022-05-03, 2022-05-04, 2022-05-05 and 11 more" in analysis.notes


def test_five_days_in_pounds_at_the_end_become_pence(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "unit-switch-day-5")
    assert analysis.price == pytest.approx(610.0)
    assert analysis.bars["close"].between(550.0, 670.0).all()
    assert f"5 bars were {REPAIRED}: 2020-04-22, 2020-04-23, 2020-04-24 and 2 more" in analysis.notes


def test_bars_before_a_listed_split_come_into_todays_shares(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "split-listed-bars-not-adjusted")
    assert ema_20(analysis) == pytest.approx(4091.0, abs=0.5)
    assert analysis.high_52w == pytest.approx(4299.0)
    assert f"9 bars were {REPAIRED}: 2023-03-15, 2023-03-16, 2023-03-17 and 6 more" in analysis.notes


def test_bars_before_a_reverse_split_come_into_todays_shares(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "reverse-split-bars-not-adjusted")
    assert ema_20(analysis) == pytest.approx(3.25, abs=0.005)
    assert analysis.low_52w == pytest.approx(1.20)


def test_one_bar_in_other_shares_is_repaired(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "one-bar-in-other-shares")
    assert analysis.low_52w == pytest.approx(20.0, abs=0.01)
    assert f"1 bar was {REPAIRED}: 2023-05-22" in analysis.notes


def test_quotes_outside_the_range_lose_no_session(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "close-outside-range")
    assert len(analysis.bars) == 665
    day = analysis.bars.loc["2024-06-03"]
    assert day["close"] == pytest.approx(1.19)
    assert day["low"] <= min(day["open"], day["close"]) <= max(day["open"], day["close"]) <= day["high"]
    change = day["close"] / analysis.bars["close"].shift().loc["2024-06-03"] - 1.0
    assert 100.0 * change == pytest.approx(10.7, abs=0.05)
    assert analysis.notes == ("309 bars had the day's range widened to its open and close",)


@pytest.mark.parametrize("later", [0, 7])
def test_an_absurd_low_is_dropped_and_its_session_stays(yahoo: ReplayServer, later: int) -> None:
    """A week later as well, when bars have been added to the stored ones."""
    listed = serve_case(yahoo, "one-absurd-low")
    later_days = pd.bdate_range("2024-06-04", periods=5)
    quiet = pd.DataFrame({"open": 625e3, "high": 630e3, "low": 620e3, "close": 626e3, "volume": 2e3}, later_days)
    yahoo.lists(replace(listed, bars=pd.concat([listed.bars, quiet.assign(**{"adj close": 626e3})])))
    assert yahoo.now is not None
    symbol = parse_symbol(listed.symbol)
    for days in sorted({0, later}):
        yahoo.now += timedelta(days=days)
        with time_machine.travel(yahoo.now + timedelta(hours=1)):
            analysis = analyse(fetch(symbol).history)
        assert analysis.bars["low"].loc["2024-06-03"] == 620700.0
        assert analysis.low_52w == pytest.approx(605000.0, rel=1e-4)
        assert analysis.notes == (f"1 bar {COMPLETED} was completed from the other prices: 2024-06-03",)


def test_a_low_of_zero_in_an_exchange_rate_is_dropped(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "low-of-zero")
    assert analysis.price == pytest.approx(0.6820)
    assert len(analysis.bars) == 43
    assert analysis.low_52w > 0.67


def test_a_split_of_tomorrow_divides_neither_prices_nor_targets(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "split-dated-tomorrow")
    assert analysis.price == pytest.approx(1112.17, abs=0.005)
    assert analysis.consensus is not None
    assert analysis.consensus.mean == pytest.approx(1398.59, abs=0.005)
    assert analysis.consensus.upside_pct == pytest.approx(25.75, abs=0.005)
    assert analysis.notes == ()


def test_a_share_halted_for_months_has_no_distance_in_days(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "halted-for-months")
    assert analysis.price == pytest.approx(0.163)
    assert analysis.last_traded == date(2024, 1, 29)
    assert {level.distance_atr for level in analysis.levels} == {None}
    assert analysis.notes == ("Last traded 29 Jan 2024",)


def test_no_average_runs_across_the_hole_of_a_ticker_used_again(yahoo: ReplayServer) -> None:
    analysis = analysis_of(yahoo, "ticker-reused")
    assert analysis.bars.index[0].date() == date(2022, 6, 9)
    assert ema_20(analysis) is None
    assert analysis.low_52w == 163.5
    (note,) = analysis.notes
    assert "42 bars up to 2022-01-28 were left out" in note
    assert "132 days without a price" in note


@pytest.mark.parametrize(
    ("case", "count", "mean", "doubts"),
    [
        ("withdrawn-target", 1, 7.0, {}),
        ("target-in-another-currency", 2, 225.0, {"CICC": "unusual"}),
        ("split-dated-tomorrow", 3, 1398.59, {}),
    ],
)
def test_reported_targets_give_the_right_consensus(
    yahoo: ReplayServer, case: str, count: int, mean: float, doubts: dict
) -> None:
    analysis = analysis_of(yahoo, case)
    assert analysis.consensus is not None
    assert (analysis.consensus.count, analysis.consensus.mean) == (count, pytest.approx(mean, abs=0.005))
    assert {target.firm: target.doubt for target in analysis.targets if target.doubt} == doubts
    left_out = [note for note in analysis.target_notes if note.startswith("Not counted: 1 target of CICC, unusual")]
    assert len(left_out) == len(analysis.target_notes) == len(doubts)
