"""Old highs, compared with the definition written out in plain Python."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators.horizontal_levels.old_highs import OldHigh, find_old_high
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars


def plain_old_high(bars: pd.DataFrame) -> OldHigh | None:
    high, close, days = bars["high"].tolist(), bars["close"].tolist(), bars.index
    found = []
    for at in range(len(bars) - 252):
        if high[at] < max(high[max(at - 3, 0) : at + 4]) or close[-1] <= high[at]:
            continue
        broken = next(later for later in range(at + 1, len(bars)) if close[later] > high[at])
        if broken - at >= 252 and broken >= len(bars) - 63:
            found.append(OldHigh(high[at], days[at].date(), days[broken].date()))
    return max(found, key=lambda old: old.price, default=None)


def test_old_highs_are_those_of_the_definition():
    seen = 0
    for seed in range(150):
        bars = walk(700, seed)
        assert find_old_high(bars) == plain_old_high(bars)
        seen += find_old_high(bars) is not None
    assert seen > 5


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_old_highs_of_real_bars_are_those_of_the_definition(symbol):
    bars = real_bars(symbol)
    for end in range(300, len(bars), 61):
        assert find_old_high(bars.iloc[:end]) == plain_old_high(bars.iloc[:end])


def rising_again(years: float, sessions_above: int) -> pd.DataFrame:
    """Return a peak at 20, then that many years at 10, then so many sessions above the peak."""
    close = np.concatenate([np.linspace(10, 20, 20), np.full(int(252 * years), 10.0), np.full(sessions_above, 21.0)])
    days = pd.bdate_range("2020-01-01", periods=close.size, name="date")
    return pd.DataFrame({"high": close, "close": close}, index=days)


@pytest.mark.parametrize(
    ("years", "above", "found"), [(1.0, 1, True), (0.98, 1, False), (3.0, 63, True), (3.0, 64, False)]
)
def test_a_high_is_old_after_a_year_and_its_break_is_news_for_a_quarter(years, above, found):
    old = find_old_high(rising_again(years, above))
    assert (old is not None and old.price == 20.0) == found


def test_a_high_under_which_the_price_fell_again_is_none():
    bars = rising_again(2.0, 10)
    bars.iloc[-1] = 19.0
    assert find_old_high(bars) is None


def test_few_bars_have_no_old_high():
    assert all(find_old_high(walk(sessions)) is None for sessions in (0, 1, 64, 252, 253))
