"""Where trading has stopped, distances in ATR do not exist and the day of the last trade is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from indicators import analyse
from indicators.trading_halt import HALT_SESSIONS, has_stopped, last_traded
from market import PriceHistory
from tests.support.generated_bars import walk


def halted(quiet: int, volume: float = 1000.0) -> pd.DataFrame:
    """Return 100 bars of a walk, then so many that repeat its last close without volume."""
    traded = walk(100).assign(volume=volume)
    days = pd.bdate_range(traded.index[-1] + pd.Timedelta(days=1), periods=quiet)
    close = traded["close"].iloc[-1]
    return pd.concat([traded, pd.DataFrame({"open": close, "high": close, "low": close, "close": close}, days)]).fillna(
        {"volume": 0.0}
    )


def stopped_now(bars: pd.DataFrame, atr: float) -> bool:
    return has_stopped(bars["volume"].to_numpy(), float(bars["close"].iloc[-1]), float(atr))


@pytest.mark.parametrize(("quiet", "stopped"), [(HALT_SESSIONS - 1, False), (HALT_SESSIONS, True)])
def test_twenty_sessions_without_volume_are_a_halt(quiet: int, stopped: bool) -> None:
    assert stopped_now(halted(quiet), 1.0) is stopped


def test_where_nothing_ever_has_volume_only_the_range_tells() -> None:
    bars = halted(200, volume=0.0)
    assert not stopped_now(bars, 1.0)
    close = bars["close"].iloc[-1]
    assert stopped_now(bars, 0.00009 * close)
    assert not stopped_now(bars, 0.00011 * close)
    assert last_traded(bars, True, bars.index[-1].date()) == bars.index[99].date()


def test_a_halt_has_no_distances_in_atr_and_says_when_it_last_traded() -> None:
    bars = halted(40)
    analysis = analyse(PriceHistory("X", "X Inc.", "USD", bars))
    assert analysis.atr is None
    assert {level.distance_atr for level in analysis.levels} == {None}
    assert analysis.last_traded == bars.index[99].date()
    assert analysis.notes[0].startswith("Last traded ")
    before = analyse(PriceHistory("X", "X Inc.", "USD", bars), as_of=bars.index[99].date())
    assert before.last_traded is None
    assert before.atr is not None


@pytest.mark.parametrize(("seen_on", "told"), [(date(2025, 12, 8), None), (date(2025, 12, 9), date(2025, 11, 24))])
def test_a_last_bar_older_than_ten_sessions_is_told(seen_on: date, told: date | None) -> None:
    bars = walk(300).set_axis(pd.bdate_range(end="2025-11-24", periods=300, name="date"))
    history = PriceHistory("X", "X Inc.", "USD", bars)
    fetched = replace(history, fetched_at=datetime(seen_on.year, seen_on.month, seen_on.day, 12, tzinfo=UTC))
    for analysis in (analyse(history, as_of=seen_on), analyse(fetched)):
        assert analysis.last_traded == told
        assert analysis.notes == (() if told is None else ("Last traded 24 Nov 2025",))
        assert analysis.atr is not None


def test_prices_below_zero_have_linear_figures_and_no_lines_on_a_log_scale() -> None:
    bars = walk(300)
    bars.iloc[200:, :4] -= 1.2 * bars["close"].iloc[200:].max()
    history = PriceHistory("CL=F", "Crude Oil", "USD", bars)
    linear, log = analyse(history), analyse(history, scale="log")
    assert linear.price < 0.0
    assert linear.change_pct is None
    assert linear.notes == ()
    assert log.trendlines == ()
    (note,) = log.notes
    assert note.startswith("Prices at or below zero have no place on a log scale")
    assert [level.role for level in linear.levels if level.price > linear.price] == ["resistance"] * sum(
        level.distance_pct > 0.0 for level in linear.levels
    )
    bars.iloc[-1, :4] = 0.0
    assert analyse(replace(history, bars=bars)).price == 0.0
