"""Zones, compared with the definition written out in plain Python, and properties that must hold for any bars."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import find_zones
from indicators.zones import Zone
from tests.support.generated_bars import bars as any_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars


def swing_positions(prices: list[float]) -> list[int]:
    """Return lows that no low within 3 bars on either side undercuts; not the last bar, nor those inside a flat run."""
    last = len(prices) - 1
    return [
        at
        for at in range(last)
        if all(prices[at] <= other for other in prices[max(at - 3, 0) : at + 4])
        and not (at > 0 and prices[at - 1] == prices[at] == prices[at + 1])
    ]


def last_atr(bars: pd.DataFrame) -> float | None:
    """Return ATR(14) of the last bar, computed bar by bar."""
    high, low, close = (bars[name].tolist() for name in ("high", "low", "close"))
    ranges = [max(high[at], close[at - 1]) - min(low[at], close[at - 1]) for at in range(1, len(close))]
    if len(ranges) < 14:
        return None
    atr = sum(ranges[:14]) / 14
    for true_range in ranges[14:]:
        atr += (true_range - atr) / 14
    return atr


@dataclass(frozen=True)
class Turn:
    """A swing: its price and the position of its bar."""

    price: float
    at: int


def touches_of(turns: list[Turn]) -> list[int]:
    """Return the bars of the turns that are 10 sessions or more after the one counted before."""
    counted: list[int] = []
    for at in sorted(turn.at for turn in turns):
        if not counted or at >= counted[-1] + 10:
            counted.append(at)
    return counted


def groups_of(turns: list[Turn], atr: float) -> list[list[Turn]]:
    """Return all groups of neighbors within an ATR that no other group contains."""
    groups = [
        turns[first:end]
        for first, end in combinations(range(len(turns) + 1), 2)
        if turns[end - 1].price - turns[first].price <= atr
    ]
    return [group for group in groups if not any(contains(other, group) for other in groups)]


def contains(other: list[Turn], group: list[Turn]) -> bool:
    return len(other) > len(group) and any(
        other[at : at + len(group)] == group for at in range(len(other) - len(group) + 1)
    )


def plain_zones(bars: pd.DataFrame) -> list[Zone]:
    """Take the heaviest group of turns, then the heaviest among the rest on either side of it, until none is left."""
    atr = last_atr(bars)
    if atr is None:
        return []
    low, high, days = bars["low"].tolist(), bars["high"].tolist(), [day.date() for day in bars.index]
    last, close = len(bars) - 1, bars["close"].iloc[-1]
    turns = [Turn(low[at], at) for at in swing_positions(low)]
    turns += [Turn(high[at], at) for at in swing_positions([-price for price in high])]
    turns = [turn for turn in turns if last - turn.at < 252 and abs(turn.price - close) <= 10 * atr]
    parts, found = [sorted(turns, key=lambda turn: (turn.price, turn.at))], []
    while parts:
        part = parts.pop()
        ranked = []
        for group in groups_of(part, atr):
            touches = touches_of(group)
            if len(touches) > 1:
                weight = sum(0.5 ** ((last - at) / 126) for at in touches)
                ranked.append((-weight, group[-1].price - group[0].price, part.index(group[0]), group, touches))
        if ranked:
            weight, _, start, group, touches = min(ranked, key=lambda entry: entry[:3])
            zone = Zone(group[0].price, group[-1].price, tuple(days[at] for at in touches))
            found.append((weight, zone.high - zone.low, zone))
            parts += [part[:start], part[start + len(group) :]]
    ranked_zones = [zone for *_, zone in sorted(found, key=lambda entry: entry[:2])]
    below = [zone for zone in ranked_zones if zone.low <= close][:3]
    above = [zone for zone in ranked_zones if zone.low > close][:3]
    return sorted(below + above, key=lambda zone: zone.low)


@given(any_bars(max_size=60))
def test_any_bars_give_the_zones_of_the_definition(bars):
    assert find_zones(bars) == plain_zones(bars)


@pytest.mark.parametrize("seed", range(20))
def test_random_walks_give_the_zones_of_the_definition(seed):
    bars = walk(400, seed).round(2)
    assert find_zones(bars) == plain_zones(bars)
    assert len(find_zones(bars)) > 1


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_real_bars_give_the_zones_of_the_definition(symbol):
    known = real_bars(symbol)
    for end in (40, 300, 900):
        bars = known.iloc[:end]
        assert find_zones(bars) == plain_zones(bars)


@given(any_bars(min_size=16), st.sampled_from([2.0**power for power in (-12, -3, 5, 20)]))
def test_zones_scale_with_the_prices(bars, factor):
    scaled = [Zone(zone.low * factor, zone.high * factor, zone.touches) for zone in find_zones(bars)]
    assert find_zones(bars.assign(**{name: bars[name] * factor for name in ("open", "high", "low", "close")})) == scaled


def test_mirrored_bars_give_mirrored_zones():
    compared = 0
    for seed in range(20):
        bars = walk(300, seed)
        mirrored = bars.assign(high=-bars["low"], low=-bars["high"], close=-bars["close"], open=-bars["open"])
        zones, close = find_zones(bars), bars["close"].iloc[-1]
        if not any(zone.low <= close <= zone.high for zone in zones):  # such a zone is among the three below in both
            assert find_zones(mirrored) == [Zone(-zone.high, -zone.low, zone.touches) for zone in reversed(zones)]
            compared += 1
    assert compared > 10


@given(any_bars(min_size=16), st.integers(-400, 400))
def test_a_shift_in_time_shifts_the_touches_only(bars, days):
    moved = find_zones(bars.set_axis(bars.index + pd.Timedelta(days=days)))
    zones = find_zones(bars)
    assert [(zone.low, zone.high) for zone in moved] == [(zone.low, zone.high) for zone in zones]
    shifted = [tuple(day + pd.Timedelta(days=days) for day in zone.touches) for zone in zones]
    assert [zone.touches for zone in moved] == shifted


@pytest.mark.parametrize("seed", range(40))
def test_a_zone_is_narrow_near_and_was_touched_twice_within_a_year(seed):
    bars = walk(150 + 20 * seed, seed)
    zones, atr, close = find_zones(bars), last_atr(bars), bars["close"].iloc[-1]
    assert all(below.high < above.low for below, above in pairwise(zones))
    assert sum(zone.low <= close for zone in zones) <= 3 and sum(zone.low > close for zone in zones) <= 3
    for zone in zones:
        assert zone.high - zone.low <= atr
        assert close - 10 * atr <= zone.low and zone.high <= close + 10 * atr
        at = bars.index.get_indexer(pd.DatetimeIndex(zone.touches))
        assert len(at) >= 2 and (np.diff(at) >= 10).all() and at[0] >= len(bars) - 252
        inside = bars.iloc[at]
        assert all((inside["low"].between(zone.low, zone.high)) | (inside["high"].between(zone.low, zone.high)))


def turning_at(prices: list[float], spacing: int = 12) -> pd.DataFrame:
    """Return bars that fall from 20 to each of `prices` in turn and rise again, so that those are the swing lows."""
    close = np.concatenate([np.interp(range(spacing), [0, spacing // 2, spacing], [20.0, at, 20.0]) for at in prices])
    days = pd.bdate_range("2025-01-01", periods=close.size, name="date")
    return pd.DataFrame({"open": close, "high": close + 0.01, "low": close - 0.01, "close": close}, index=days)


def test_three_lows_at_one_price_are_a_zone_and_a_single_one_is_none():
    zones = find_zones(turning_at([15.0, 15.3, 5.0, 15.1]))
    assert [(zone.low, zone.high, len(zone.touches)) for zone in zones if zone.high < 19.0] == [
        (pytest.approx(14.99), pytest.approx(15.29), 3)
    ]


def test_lows_less_than_ten_sessions_apart_are_one_visit():
    bars = turning_at([17.0, 15.0, 15.1, 17.0], spacing=8)
    assert not [zone for zone in find_zones(bars) if 14.9 <= zone.low <= 15.2]


@needs_real_prices
def test_the_zones_of_the_day_of_the_article():
    """The article: support from 14 to 15 for CIFR; support at 10 and resistance at 12.40 for CLSK."""
    expected = {"CIFR": [(13.6, 15.5)], "CLSK": [(9.3, 10.4), (11.0, 12.5)]}
    for symbol, ranges in expected.items():
        zones = find_zones(real_bars(symbol).loc[:"2025-11-24"])
        for low, high in ranges:
            assert any(abs(zone.low - low) < 0.1 and abs(zone.high - high) < 0.1 for zone in zones), symbol


def test_without_an_atr_there_are_no_zones():
    assert find_zones(walk(14)) == []
    assert find_zones(walk(0)) == []


def test_a_price_that_never_moved_has_swings_at_its_ends_only():
    bars = pd.DataFrame(
        7.0, index=pd.bdate_range("2025-01-01", periods=30, name="date"), columns=["open", "high", "low", "close"]
    )
    assert find_zones(bars) == plain_zones(bars)
