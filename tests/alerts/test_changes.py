"""What changed from one session to the next, compared with detectors in plain pandas over recorded prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import talib

from alerts.changes import CHANGE_KINDS, Change, changes
from indicators import analyse
from indicators.analysis import Analysis
from indicators.analysts.firms import firm_name
from indicators.analysts.track_record import target_outcomes
from indicators.levels import EmaOrigin, TrendlineOrigin, ZoneEdgeOrigin
from indicators.trendlines.trendlines import Trendline
from market import PriceHistory, PriceTarget
from market.events.company_events import Earnings, EarningsDates
from tests.support import real_googl
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars
from tickers.replay import replay

Told = set[tuple[date, str, float]]

pytestmark = pytest.mark.xdist_group("changes")  # the replayed years are dear, and kept between these tests
every_symbol = pytest.mark.parametrize("symbol", [pytest.param(symbol, marks=pytest.mark.long) for symbol in SYMBOLS])


@cache
def replayed(symbol: str) -> tuple[Analysis, ...]:
    """Return the Analysis of every session; the rows of targets are those of GOOGL."""
    targets, splits = (real_googl.targets(), real_googl.SPLITS) if symbol == "GOOGL" else ((), None)
    bars = real_bars(symbol)
    history = PriceHistory(symbol, symbol, "USD", bars)
    history = history if splits is None else replace(history, splits=splits)
    return tuple(replay(history, targets, [day.date() for day in bars.index]))


@cache
def told(symbol: str) -> tuple[Change, ...]:
    return tuple(change for before, after in pairwise(replayed(symbol)) for change in changes(before, after))


def of_kind(symbol: str, kind: str) -> Told:
    return {(change.session, change.kind, change.price) for change in told(symbol) if change.kind == kind}


def rounded(found: Told) -> Told:
    return {(day, kind, round(price, 6)) for day, kind, price in found}


def days_where(condition: pd.Series, kind: str, price: pd.Series) -> Told:
    return {(day.date(), kind, float(price[day])) for day in condition.index[condition.to_numpy(bool)]}


def traded(symbol: str) -> pd.Series:
    """Return on which sessions trading had not stopped, so that there is an ATR: all of these."""
    return pd.Series(True, index=real_bars(symbol).index)


@needs_real_prices
@every_symbol
def test_emas_are_reclaimed_and_lost_after_three_closes_on_the_other_side(symbol):
    close = real_bars(symbol)["close"]
    for kind, sign in (("ema_reclaimed", 1), ("ema_lost", -1)):
        expected: Told = set()
        for span in (20, 50, 100, 200):
            ema = talib.EMA(close, span)
            side = np.sign(close - ema) * sign
            held = (side.shift(1) == -1) & (side.shift(2) == -1) & (side.shift(3) == -1)
            expected |= days_where((side == 1) & held, kind, ema)
        assert rounded(of_kind(symbol, kind)) == rounded(expected)
        assert len(expected) > 30


@needs_real_prices
@every_symbol
def test_bands_are_left_by_the_first_close_outside(symbol):
    close = real_bars(symbol)["close"]
    upper, _, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    above, below = close > upper, close < lower
    existed = upper.shift(1).notna()
    expected = days_where(above & ~above.shift(1, fill_value=False) & existed, "band_left", upper)
    expected |= days_where(below & ~below.shift(1, fill_value=False) & existed, "band_left", lower)
    assert rounded(of_kind(symbol, "band_left")) == rounded(expected)
    assert len(expected) > 30


@needs_real_prices
@every_symbol
def test_crosses_of_the_50_and_200_day_emas(symbol):
    close = real_bars(symbol)["close"]
    slow = talib.EMA(close, 200)
    side = np.sign(talib.EMA(close, 50) - slow)
    crossed = (side != side.shift(1)) & side.shift(1).notna() & side.notna()
    for kind, sign in (("golden_cross", 1), ("death_cross", -1)):
        expected = days_where(crossed & (side == sign), kind, slow)
        assert rounded(of_kind(symbol, kind)) == rounded(expected)
        assert expected


@needs_real_prices
@every_symbol
def test_gaps_are_as_wide_as_the_atr(symbol):
    bars = real_bars(symbol)
    atr = talib.ATR(bars["high"], bars["low"], bars["close"], 14)
    up = bars["low"] - bars["high"].shift(1) >= atr
    down = bars["low"].shift(1) - bars["high"] >= atr
    expected = days_where(up, "gap", bars["low"]) | days_where(down, "gap", bars["high"])
    assert of_kind(symbol, "gap") == expected
    assert expected or symbol in ("CIFR", "IREN"), "which never jumped as far"


@pytest.mark.parametrize(("factor", "text"), [(1.5, "Gapped up from"), (0.6, "Gapped down from")])
def test_a_jump_is_told_with_the_prices_that_it_left_out(factor, text):
    bars = walk(100)
    bars.iloc[-1, :4] *= factor
    (gap,) = [change for change in between(bars, []) if change.kind == "gap"]
    assert gap.text.startswith(text)
    assert gap.price == bars["low" if factor > 1.0 else "high"].iloc[-1]


@needs_real_prices
@every_symbol
def test_volumes_are_twice_the_mean_of_50_sessions(symbol):
    bars = real_bars(symbol)
    busy = bars["volume"] >= 2.0 * bars["volume"].rolling(50).mean().shift(1)
    assert of_kind(symbol, "volume") == days_where(busy, "volume", bars["close"])


@needs_real_prices
@every_symbol
def test_extremes_of_52_weeks(symbol):
    bars = real_bars(symbol)
    highest = {day: bars["high"].loc[day - pd.Timedelta(weeks=52) : day].iloc[:-1].max() for day in bars.index}
    lowest = {day: bars["low"].loc[day - pd.Timedelta(weeks=52) : day].iloc[:-1].min() for day in bars.index}
    has_year = pd.Series(bars.index >= bars.index[0] + pd.Timedelta(weeks=51), bars.index)
    high, low = bars["high"] > pd.Series(highest), bars["low"] < pd.Series(lowest)
    assert of_kind(symbol, "high_52w") == days_where(high & ~low & has_year, "high_52w", bars["high"])
    assert of_kind(symbol, "low_52w") == days_where(low & ~high & has_year, "low_52w", bars["low"])
    assert len(of_kind(symbol, "high_52w")) > 10


@needs_real_prices
@every_symbol
def test_zones_are_entered_and_broken(symbol):
    expected: dict[str, Told] = {"zone_entered": set(), "zone_broken": set()}
    close = real_bars(symbol)["close"]
    for before, (was, now) in zip(replayed(symbol), pairwise(close.items()), strict=False):
        day, price = now
        for zone in before.zones:
            came_from_above = was[1] > zone.high
            is_inside, was_inside = zone.low <= price <= zone.high, zone.low <= was[1] <= zone.high
            if is_inside and not was_inside:
                edge = zone.high if came_from_above else zone.low
                expected["zone_entered"].add((day.date(), "zone_entered", edge))
            if price < zone.low <= was[1]:
                expected["zone_broken"].add((day.date(), "zone_broken", zone.low))
            if price > zone.high >= was[1]:
                expected["zone_broken"].add((day.date(), "zone_broken", zone.high))
    for kind, days in expected.items():
        assert of_kind(symbol, kind) == days
        assert len(days) > 100


def true_status(line: Trendline, bars: pd.DataFrame, atr: pd.Series) -> str:
    """Return the status of an unbroken line at the last of `bars`, worked out anew; "" for one about to break."""
    sign = 1.0 if line.side == "support" else -1.0
    close, extreme = bars["close"], bars["low"] if line.side == "support" else bars["high"]
    last = bars.index[-1]
    tolerance = np.minimum(0.25 * atr, 0.015 * close) * (1.0 + 1e-6)
    at = pd.Series({day: line.value_at(day.date()) for day in bars.index[-3:]})
    if sign * (at[last] - close[last]) > tolerance[last]:
        return ""
    touched = pd.Timestamp(line.end) >= bars.index[max(len(bars) - 11, 0)]
    if touched and sign * (close[last] - at[last]) > atr[last]:
        return "bounced"
    near = sign * (extreme[at.index] - at) <= tolerance[at.index]
    return "testing" if near.any() else "holding"


@needs_real_prices
@every_symbol
def test_lines_are_touched_bounced_from_and_broken(symbol):
    bars = real_bars(symbol)
    atr = talib.ATR(bars["high"], bars["low"], bars["close"], 14)
    expected: dict[str, Told] = {"line_touched": set(), "line_bounced": set(), "line_broken": set()}
    for count, (before, after) in enumerate(pairwise(replayed(symbol)), 2):
        day = after.session

        def like(line: Trendline, before: Analysis = before) -> list[Trendline]:
            then, reach = line.value_at(before.session), 0.5 * (before.atr or 0.0)
            return [old for old in before.trendlines if old.side == line.side and abs(old.value - then) <= reach]

        for line in after.trendlines:
            if line.broken_on == day and (line in after.leading or any(old.offered for old in like(line))):
                expected["line_broken"].add((day, "line_broken", line.value))
            if line.broken_on is not None or line not in after.leading:
                continue
            status = true_status(line, bars.iloc[:count], atr)
            if status == "testing" and "testing" not in {old.status for old in like(line)}:
                expected["line_touched"].add((day, "line_touched", line.value))
            if status == "bounced" and "bounced" not in {old.status for old in like(line)}:
                expected["line_bounced"].add((day, "line_bounced", line.value))
    for kind, days in expected.items():
        assert of_kind(symbol, kind) == days
        assert len(days) > 10


@needs_real_prices
@pytest.mark.long
def test_firms_change_targets_and_ratings():
    rows = pd.DataFrame([vars(row) for row in replayed("GOOGL")[-1].published])
    first, last = replayed("GOOGL")[0].session, replayed("GOOGL")[-1].session
    rows = rows[(rows["date"] > first) & (rows["date"] <= last)]
    sessions = real_bars("GOOGL").index
    rows["session"] = sessions[sessions.searchsorted(pd.DatetimeIndex(rows["date"]))].date
    target, prior = rows["target"].astype(float), rows["prior_target"].astype(float)
    same = (target / prior - 1.0).abs() < 1e-9
    moved = {
        "target_raised": (target > prior) & ~same,
        "target_cut": (target < prior) & ~same,
        "target_set": target.notna() & prior.isna(),
    }
    for kind, condition in moved.items():
        found = {(change.session, change.price) for change in told("GOOGL") if change.kind == kind}
        ended = rows["rating"].fillna("").str.casefold().isin(["not rated", "suspended"])
        expected = rows[condition & ~ended]
        assert found == set(zip(expected["session"], expected["target"], strict=True)), kind
    for kind in ("upgraded", "downgraded", "initiated"):
        found_days = sorted({change.session for change in told("GOOGL") if change.kind == kind})
        stated = rows[(rows["action"] == kind) & rows["rating"].notna()]
        assert found_days == sorted(set(stated["session"])), kind
        assert found_days


@needs_real_prices
@pytest.mark.long
def test_targets_are_reached_on_the_day_that_the_track_record_gives():
    """The record judges rows that are current no more, so every target told is one of its hits, never another."""
    latest = replayed("GOOGL")[-1]
    outcomes = target_outcomes(latest.published, latest.daily_bars, latest.as_of)
    hits = outcomes[outcomes["hit"]]
    days = pd.to_datetime(hits["date"]) + pd.to_timedelta(hits["days_until_hit"], unit="D")
    known = set(zip(days.dt.date, hits["firm"], hits["target"].round(6), strict=True))
    judged_until = latest.as_of - timedelta(days=366)
    reached = [change for change in told("GOOGL") if change.kind == "target_reached" and change.session < judged_until]
    assert len(reached) > 50
    found = {(hit.session, firm_name(hit.label, latest.as_of), round(hit.price or 0.0, 6)) for hit in reached}
    assert found <= known


def history(bars: pd.DataFrame) -> PriceHistory:
    return PriceHistory("X", "X Inc.", "USD", bars)


def between(bars: pd.DataFrame, rows: list[PriceTarget], ago: int = 1, earnings: EarningsDates | None = None):
    ticker = history(bars)
    days = [bars.index[-1 - ago].date(), bars.index[-1].date()]
    return changes(*replay(ticker, rows, days, earnings=earnings))


def test_a_row_of_the_weekend_is_news_on_monday_and_only_then():
    bars = walk(300)
    monday = next(at for at in range(250, 300) if bars.index[at].day_name() == "Monday")
    bars.iloc[:, :4] *= 45.0 / bars["close"].iloc[monday]
    row = PriceTarget("X", "Needham", bars.index[monday].date() - timedelta(days=1), 50.0, 40.0, "Buy", "Hold")
    found = between(bars.iloc[: monday + 1], [row])
    assert [(change.kind, change.price, change.text) for change in found if change.label == "Needham"] == [
        ("target_raised", 50.0, "Needham raised its target to $50 from $40."),
        ("upgraded", None, "Needham upgraded to Buy from Hold."),
    ]
    assert not [change for change in between(bars.iloc[: monday + 2], [row]) if change.label == "Needham"]


@pytest.mark.parametrize(
    ("changed", "kind", "text"),
    [
        ({"target": 30.0}, "target_cut", "Needham cut its target to $30 from $40."),
        ({"prior_target": None}, "target_set", "Needham set a target of $50."),
        ({"target": None}, "target_withdrawn", "Needham withdrew its target of $40."),
        ({"rating": "Sell"}, "downgraded", "Needham downgraded to Sell from Hold."),
        ({"action": "initiated"}, "initiated", "Needham initiated coverage at Buy."),
    ],
)
def test_what_a_firm_did_is_told_in_one_sentence(changed, kind, text):
    bars = walk(60)
    row = PriceTarget("X", "Needham", bars.index[-1].date(), 50.0, 40.0, "Buy", "Hold")
    assert (kind, text) in {(change.kind, change.text) for change in between(bars, [replace(row, **changed)])}


def test_a_target_in_another_currency_has_no_price():
    bars = walk(60)
    row = PriceTarget("X", "Needham", bars.index[-1].date(), 50.0, 40.0, currency="EUR")
    (change,) = [change for change in between(bars, [row]) if change.label == "Needham"]
    assert (change.price, change.text) == (None, "Needham raised its target to €50 from €40.")


def test_company_events_are_told_on_their_day():
    bars = walk(60)
    day = bars.index[-1].date()
    rows = EarningsDates((Earnings(day, 1.25, 1.1),), pd.Timestamp(day).to_pydatetime())
    ticker = replace(
        history(bars),
        splits=pd.Series([4.0], index=bars.index[-1:]),
        dividends=None,
    )
    found = changes(*replay(ticker, [], [bars.index[-2].date(), day], earnings=rows))
    assert [(change.kind, change.text) for change in found if change.kind in ("earnings", "dividend", "split")] == [
        ("earnings", "Reported earnings of 1.25 a share, estimate 1.10."),
        ("split", "Split 4:1."),
    ]


def test_each_change_speaks_of_its_level_or_row():
    seen = {type(change.subject) for seed in range(40) for change in between(walk(320, seed), [])}
    assert {EmaOrigin, TrendlineOrigin, ZoneEdgeOrigin} <= seen


def test_nothing_later_is_used():
    for seed in range(10):
        bars = walk(320, seed)
        known = bars.iloc[:300]
        days = [known.index[-2].date(), known.index[-1].date()]
        assert changes(*replay(history(bars), [], days)) == changes(*replay(history(known), [], days))


def test_the_same_day_twice_has_no_changes_and_days_in_the_wrong_order_are_refused():
    bars = walk(300)
    today, before = (analyse(history(bars), as_of=bars.index[at].date()) for at in (-1, -2))
    assert changes(today, today) == ()
    with pytest.raises(ValueError, match="does not come before"):
        changes(today, before)
    with pytest.raises(ValueError, match="does not come before"):
        changes(before, replace(today, symbol="Y"))


def test_changes_come_in_the_order_of_their_kinds():
    for seed in range(20):
        places = [CHANGE_KINDS.index(change.kind) for change in between(walk(320, seed), [], ago=5)]
        assert places == sorted(places)
