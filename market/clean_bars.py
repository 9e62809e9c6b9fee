"""Cleans raw daily bars: removes or repairs those that cannot be right, and reports every change in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date as Date

import numpy as np
import pandas as pd

from market.price_history import BAR_COLUMNS
from text.numbers import format_count, format_general, format_integer
from text.prose import join_words

PRICES = ["open", "high", "low", "close"]
LATE_PRINT_TOLERANCE = 0.01  # an open or close this far outside high and low is a late print, and widens the range
ROUNDING_TOLERANCE = 1e-6  # a range widened by less is not reported
MIN_UNIT_ERROR = 50.0  # times above or below the days on both sides: no market moves like that
NEIGHBOR_SESSIONS = 5  # on either side of a bar, whose median close is the usual price of those days
HUNDREDFOLD = (80.0, 125.0)  # pence for pounds, allowing for a day's move
MAX_LISTED = 3  # bars that a sentence names


def clean_bars(raw: pd.DataFrame, today: Date | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return bars (index `date`, columns `BAR_COLUMNS`, ascending, unique days) and a sentence for each change.

    Removed are bars dated after `today` (the exchange's own day), without one of their four prices, with a price of
    zero or less, with a high below the low, with an open or close more than 1 % outside of them, and with prices in
    the wrong unit: 50 times or more above (or below) the median close of both the 5 sessions before and the 5 after.
    The first and the last bar have neighbors on one side only, and all four of their prices must be 80 to 125 times
    off, so that a crash stays. Bars out of order are sorted; of two rows for a day the later one stays; a volume that
    is missing, negative or infinite becomes 0. `raw` is indexed by days without a time zone, NaT allowed.
    """
    bars, notes = _sort_by_date(_as_numbers(raw))
    for find_faulty, fault in _faults(today):
        bars, note = _remove(bars, find_faulty(bars), fault)
        notes += note
    bars, note = _widen_ranges(bars)
    notes += note
    bars, note = _remove_wrong_units(bars)
    return bars, (*notes, *note)


def _as_numbers(raw: pd.DataFrame) -> pd.DataFrame:
    bars = raw[list(BAR_COLUMNS)].astype(float).replace([np.inf, -np.inf], np.nan)
    return bars.assign(volume=bars["volume"].fillna(0.0).clip(lower=0.0)).rename_axis("date")


def _sort_by_date(bars: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    early = int((np.diff(bars.index.to_numpy()) < np.timedelta64(0, "ns")).sum())
    note = [f"{format_count(early, 'bar')} came out of order and {_was(early)} sorted by date"] if early else []
    return bars.sort_index(kind="stable"), note


def _faults(today: Date | None) -> Iterator[tuple[Callable[[pd.DataFrame], np.ndarray], str]]:
    """Yield a mask of faulty bars and the phrase for it; repeated days come last, so that the sound row stays."""
    yield lambda bars: np.asarray(bars.index.isna()), "without a date"
    if today is not None:
        yield (
            lambda bars: np.asarray(bars.index > pd.Timestamp(today)),
            f"dated after the exchange's own day ({today:%Y-%m-%d})",
        )
    yield lambda bars: bars[PRICES].isna().any(axis=1).to_numpy(), "without a price"
    yield lambda bars: (bars[PRICES] <= 0.0).any(axis=1).to_numpy(), "with a price of zero or less"
    yield _is_impossible, "with a high below the low, or an open or close outside of them,"
    yield lambda bars: bars.index.duplicated(keep="last"), "of a day that came again"


def _is_impossible(bars: pd.DataFrame) -> np.ndarray:
    ends = bars[["open", "close"]]
    above = ends.max(axis=1) > bars["high"] * (1 + LATE_PRINT_TOLERANCE)
    below = ends.min(axis=1) < bars["low"] * (1 - LATE_PRINT_TOLERANCE)
    return (above | below | (bars["high"] < bars["low"])).to_numpy()


def _widen_ranges(bars: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Extend high and low to include open and close: a price that was paid is part of the day's range."""
    wide = bars.assign(high=bars[PRICES].max(axis=1), low=bars[PRICES].min(axis=1))
    changed = int(((wide - bars).abs() > ROUNDING_TOLERANCE * bars)[PRICES].any(axis=1).sum())
    note = [f"{format_count(changed, 'bar')} had the day's range widened to its open and close"] if changed else []
    return wide, note


def _remove_wrong_units(bars: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Remove bars in pence among bars in pounds, or the reverse: a known fault of Yahoo's data."""
    kept = bars
    while (faulty := _is_in_wrong_unit(kept)).any():  # repeated, because two of them at the end hide each other
        kept = kept[~faulty]
    suspected = bars.loc[bars.index.difference(kept.index), "close"]
    if suspected.empty:
        return kept, []
    listed = _join_first([f"{day:%Y-%m-%d} at {format_general(close)}" for day, close in suspected.items()])
    count = len(suspected)
    fault = (
        f"{format_count(count, 'bar')} about 100 times off the days around {_was(count)} left out as a suspected fault"
    )
    return kept, [f"{fault}: {listed}"]


def _is_in_wrong_unit(bars: pd.DataFrame) -> np.ndarray:
    close = bars["close"]
    before = _ratios(bars, close.shift().rolling(NEIGHBOR_SESSIONS, min_periods=1).median())
    after = _ratios(bars, close[::-1].shift().rolling(NEIGHBOR_SESSIONS, min_periods=1).median()[::-1])
    return _is_far_above(before, after) | _is_far_above(1.0 / before, 1.0 / after)


def _ratios(bars: pd.DataFrame, usual: pd.Series) -> np.ndarray:
    """Return each of the four prices divided by the usual price, shape (bars, 4); NaN where that is unknown."""
    return bars[PRICES].to_numpy() / usual.to_numpy()[:, None]


def _is_far_above(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the rows far above both sides in one price, or above their only side in all four."""
    lowest, highest = HUNDREDFOLD
    only = np.where(np.isnan(before), after, before)
    has_one_side = np.isnan(before) ^ np.isnan(after)
    is_hundredfold = (has_one_side & (only >= lowest) & (only <= highest)).all(axis=1)
    return is_hundredfold | ((before >= MIN_UNIT_ERROR) & (after >= MIN_UNIT_ERROR)).any(axis=1)


def _remove(bars: pd.DataFrame, faulty: np.ndarray, fault: str) -> tuple[pd.DataFrame, list[str]]:
    count = int(faulty.sum())
    if not count:
        return bars, []
    days = _join_first([f"{day:%Y-%m-%d}" for day in bars.index[faulty].dropna()])
    return bars[~faulty], [f"{format_count(count, 'bar')} {fault} {_was(count)} left out{days and ': '}{days}"]


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _join_first(items: list[str]) -> str:
    if len(items) > MAX_LISTED:
        items = [*items[:MAX_LISTED], f"{format_integer(len(items) - MAX_LISTED)} more"]
    return join_words(items)
