"""Blocks of bars in another unit or in other shares: found with their factors, and nothing found in sound bars."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.clean_bars import PRICES
from market.yahoo.bars.blocks import find_block_factors
from tests.support.generated_bars import walk
from tests.support.real_prices import needs_real_prices, real_bars

BARS, SPLIT_AT = 300, 200
SPLITS = (2.0, 3.0, 4.0, 10.0, 100.0, 190.0, 1 / 8, 1 / 30, 1 / 100, 1 / 190)


def factors(prices: np.ndarray, split: float = 0.0, volume: float = 1e6) -> np.ndarray:
    splits = np.zeros(len(prices))
    splits[SPLIT_AT] = split
    return find_block_factors(prices, np.full(len(prices), volume), splits).price


def in_blocks(*blocks: tuple[int, int, float]) -> np.ndarray:
    """Return a factor a bar: that of its block, from the first bar to the one before the second, 1 elsewhere."""
    expected = np.ones(BARS)
    for first, end, factor in blocks:
        expected[first:end] = factor
    return expected


def sound_prices(seed: int) -> np.ndarray:
    return walk(BARS, seed)[PRICES].to_numpy()


@given(
    seed=st.integers(0, 500),
    unit=st.sampled_from([100.0, 0.01, 1000.0, 0.001]),
    first=st.integers(0, BARS - 1),
    length=st.integers(1, 140),
)
def test_a_block_in_another_unit_is_found_wherever_it_lies(seed: int, unit: float, first: int, length: int) -> None:
    expected = in_blocks((first, first + length, unit))
    np.testing.assert_allclose(factors(sound_prices(seed) * expected[:, np.newaxis]), expected)


def test_blocks_in_two_units_are_told_apart() -> None:
    expected = in_blocks((0, 40, 100.0), (120, 121, 0.001), (250, BARS, 1000.0))
    np.testing.assert_allclose(factors(sound_prices(1) * expected[:, np.newaxis]), expected)


def test_most_bars_with_volume_have_the_right_unit_and_the_newer_of_two_halves() -> None:
    prices = sound_prices(2)
    volume, splits = np.full(BARS, 1e6), np.zeros(BARS)

    def factors_of_first_and_last(first_high: int) -> list[float]:
        high = prices * in_blocks((first_high, BARS, 100.0))[:, np.newaxis]
        return find_block_factors(high, volume, splits).price[[0, -1]].tolist()

    assert factors_of_first_and_last(151) == pytest.approx([1.0, 100.0])
    assert factors_of_first_and_last(150) == pytest.approx([0.01, 1.0])
    volume[200:] = 0.0
    assert factors_of_first_and_last(120) == pytest.approx([1.0, 100.0])


@pytest.mark.parametrize("seed", [2, 7])
@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    ("first", "end"),
    [(0, SPLIT_AT), (SPLIT_AT, SPLIT_AT + 2), (SPLIT_AT - 1, SPLIT_AT), (120, SPLIT_AT), (0, SPLIT_AT + 1)],
)
def test_a_block_in_old_shares_beside_its_split_is_found(split: float, seed: int, first: int, end: int) -> None:
    expected = in_blocks((first, end, split))
    np.testing.assert_allclose(factors(sound_prices(seed) * expected[:, np.newaxis], split), expected)


@pytest.mark.parametrize("split", [split for split in SPLITS if max(split, 1.0 / split) >= 4.0])
@pytest.mark.parametrize(("first", "end"), [(50, 51), (50, 90), (240, 241)])
def test_a_block_in_other_shares_far_from_a_wide_split_is_found(split: float, first: int, end: int) -> None:
    for factor in (split, 1.0 / split):
        expected = in_blocks((first, end, factor))
        np.testing.assert_allclose(factors(sound_prices(3) * expected[:, np.newaxis], split), expected)


def test_two_splits_left_in_old_shares_are_both_found() -> None:
    splits = np.zeros(BARS)
    splits[[100, 200]] = 4.0, 0.1
    expected = in_blocks((0, 100, 0.4), (100, 200, 0.1))
    found = find_block_factors(sound_prices(4) * expected[:, np.newaxis], np.ones(BARS), splits)
    np.testing.assert_allclose(found.price, expected)
    np.testing.assert_allclose(found.volume, expected)


def test_volume_is_restated_before_a_split_only() -> None:
    splits = np.zeros(BARS)
    splits[SPLIT_AT] = 10.0
    blocks = in_blocks((0, SPLIT_AT, 10.0)), in_blocks((50, 60, 10.0)), in_blocks((50, 60, 100.0))
    found = [find_block_factors(sound_prices(5) * block[:, np.newaxis], np.ones(BARS), splits) for block in blocks]
    np.testing.assert_allclose(found[0].volume, blocks[0])
    assert (found[1].volume == 1.0).all()
    assert (found[2].volume == 1.0).all()


@given(seed=st.integers(0, 500), split=st.sampled_from([0.0, 1.25, 1.5, *SPLITS]))
def test_sound_bars_stay_as_they_are(seed: int, split: float) -> None:
    assert (factors(sound_prices(seed), split) == 1.0).all()


@needs_real_prices
@pytest.mark.parametrize("symbol", ["CIFR", "CLSK", "GOOGL", "IREN", "NVDA"])
def test_real_bars_with_a_split_on_any_day_stay_as_they_are(symbol: str) -> None:
    prices = real_bars(symbol)[PRICES].to_numpy()
    volume = np.ones(len(prices))
    for place in range(1, len(prices), 41):
        splits = np.zeros(len(prices))
        splits[place] = (0.0, 1.5, *SPLITS)[place % 12]
        assert (find_block_factors(prices, volume, splits).price == 1.0).all()


@pytest.mark.parametrize("crash", [0.25, 0.05])
def test_a_crash_far_from_the_split_stays(crash: float) -> None:
    prices = sound_prices(6) * in_blocks((100, BARS, crash))[:, np.newaxis]
    assert (factors(prices, 1.0 / crash) == 1.0).all()


def test_missing_prices_belong_to_the_bar_before() -> None:
    expected = in_blocks((100, 160, 100.0))
    prices = sound_prices(8) * expected[:, np.newaxis]
    prices[130], prices[110, 0], prices[0] = np.nan, 0.0, np.nan
    np.testing.assert_allclose(factors(prices), expected)
    assert (factors(np.full((BARS, 4), np.nan)) == 1.0).all()


@pytest.mark.parametrize("split", [2.0, 10.0, 0.4406, 1 / 190])
@pytest.mark.parametrize("early", [2, 6, 10])
def test_bars_may_come_into_new_shares_some_sessions_before_the_listed_day(split: float, early: int) -> None:
    expected = in_blocks((0, SPLIT_AT - early, split))
    np.testing.assert_allclose(factors(sound_prices(9) * expected[:, np.newaxis], split), expected)


def test_a_bar_in_other_shares_rounded_to_a_digit_is_found() -> None:
    """As Yahoo has it after a reverse split of 1:10000: a price of 0.0001 among those from 1 to 2."""
    expected = in_blocks((SPLIT_AT - 2, SPLIT_AT - 1, 1e-4))
    prices = np.where(np.arange(BARS)[:, np.newaxis] < SPLIT_AT, sound_prices(1).round(0), sound_prices(1))
    prices[SPLIT_AT - 2] = 0.6 * prices[SPLIT_AT - 3] * 1e-4
    np.testing.assert_allclose(factors(prices, 1e-4), expected)


@pytest.mark.parametrize("split", [0.4714, 0.5, 0.25])
def test_a_fall_by_a_special_dividend_beside_a_consolidation_stays(split: float) -> None:
    """A British company pays out half its value and makes one share of two, so that the price stays as it is."""
    prices = sound_prices(7) * in_blocks((SPLIT_AT, BARS, split))[:, np.newaxis]
    assert (factors(prices, split) == 1.0).all()
    assert (factors(prices[: SPLIT_AT + 3], split) == 1.0).all()


@pytest.mark.parametrize(
    ("price", "high_bars", "is_minor_unit", "right"),
    [
        (0.3, 40, True, 100.0),  # pounds in a listing in pence: 0.3p beside 30p
        (0.3, 40, False, 1.0),
        (0.3, 5, True, 1.0),  # a few slips among the prices of a share below a penny
        (3.0, 40, True, 1.0),
    ],
)
def test_a_price_below_a_penny_is_in_pounds_if_other_bars_say_so(
    price: float, high_bars: int, is_minor_unit: bool, right: float
) -> None:
    prices = np.full((BARS, 4), price)
    prices[100 : 100 + high_bars] *= 100.0
    found = find_block_factors(prices, np.full(BARS, 1e6), np.zeros(BARS), is_minor_unit)
    np.testing.assert_allclose(prices / found.price[:, np.newaxis], price * right)
