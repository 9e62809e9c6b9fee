"""Zones, compared with the definition written out in plain Python, and properties that must hold for any bars."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

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


def plain_zones(bars: pd.DataFrame) -> list[Zone]:
    atr = last_atr(bars)
    if atr is None:
        return []
    low, high, days = bars["low"].tolist(), bars["high"].tolist(), [day.date() for day in bars.index]
    points = [(low[at], days[at]) for at in swing_positions(low)] + [
        (high[at], days[at]) for at in swing_positions([-price for price in high])
    ]
    groups: list[list[tuple[float, date]]] = []
    for price, day in sorted(points):
        if groups and price - groups[-1][-1][0] <= 0.5 * atr:
            groups[-1].append((price, day))
        else:
            groups.append([(price, day)])
    return [
        Zone(group[0][0], group[-1][0], tuple(sorted({day for _, day in group}))) for group in groups if len(group) > 1
    ]


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
    for end in (40, 300, 900):
        bars = real_bars(symbol).iloc[:end]
        assert find_zones(bars) == plain_zones(bars)


@given(any_bars(min_size=16), st.sampled_from([2.0**power for power in (-12, -3, 5, 20)]))
def test_zones_scale_with_the_prices(bars, factor):
    scaled = [Zone(zone.low * factor, zone.high * factor, zone.touches) for zone in find_zones(bars)]
    assert find_zones(bars.assign(**{name: bars[name] * factor for name in ("open", "high", "low", "close")})) == scaled


@given(any_bars(min_size=16))
def test_mirrored_bars_give_mirrored_zones(bars):
    mirrored = bars.assign(high=-bars["low"], low=-bars["high"], close=-bars["close"], open=-bars["open"])
    assert find_zones(mirrored) == [Zone(-zone.high, -zone.low, zone.touches) for zone in reversed(find_zones(bars))]


@given(any_bars(min_size=16), st.integers(-400, 400))
def test_a_shift_in_time_shifts_the_touches_only(bars, days):
    moved = find_zones(bars.set_axis(bars.index + pd.Timedelta(days=days)))
    zones = find_zones(bars)
    assert [(zone.low, zone.high) for zone in moved] == [(zone.low, zone.high) for zone in zones]
    shifted = [tuple(day + pd.Timedelta(days=days) for day in zone.touches) for zone in zones]
    assert [zone.touches for zone in moved] == shifted


@given(any_bars(min_size=16))
def test_zones_are_separate_and_sorted_and_so_are_their_touches(bars):
    zones = find_zones(bars)
    gap = 0.5 * (last_atr(bars) or 0.0)
    assert all(below.high + gap < above.low for below, above in pairwise(zones))
    for zone in zones:
        assert zone.low <= zone.high
        assert list(zone.touches) == sorted(set(zone.touches))
        inside = bars.loc[[pd.Timestamp(day) for day in zone.touches]]
        assert all((inside["low"].between(zone.low, zone.high)) | (inside["high"].between(zone.low, zone.high)))


def test_a_bar_whose_high_and_low_are_in_a_zone_is_one_touch_day():
    """High and low of one day are both swings within half an ATR: two touches on one day."""
    days = pd.bdate_range("2025-01-01", periods=20, name="date")
    close = np.where(np.arange(20) % 2, 12.0, 10.0)
    bars = pd.DataFrame({"open": close, "high": close + 0.1, "low": close - 0.1, "close": close}, index=days)
    bars.iloc[10] = 11.0
    assert find_zones(bars) == plain_zones(bars)


def test_without_an_atr_there_are_no_zones():
    assert find_zones(walk(14)) == []
    assert find_zones(walk(0)) == []


def test_a_price_that_never_moved_has_swings_at_its_ends_only():
    bars = pd.DataFrame(
        7.0, index=pd.bdate_range("2025-01-01", periods=30, name="date"), columns=["open", "high", "low", "close"]
    )
    assert find_zones(bars) == plain_zones(bars)
