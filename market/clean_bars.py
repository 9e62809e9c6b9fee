"""Cleans raw daily bars: keeps every session that has a sound close, mends the rest of its bar, and reports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date as Date

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from market.bar_faults import SENTENCES, BarFault, FaultKind
from market.price_history import BAR_COLUMNS

PRICES = ["open", "high", "low", "close"]
ROUNDING_TOLERANCE = 1e-6  # a range widened by less is not reported
ABSURD_FACTOR = 5.0  # times beyond open, close and the days around: the wildest real wicks reach 2 to 3 times
NEAR_ZERO_RANGES = 3.0  # days' ranges: a yield or a future this near to zero may well trade at or below it
BEYOND_MEDIAN = 1e9  # times the median close: no price, and its square is beyond what a float can hold from 1e154 on
MIN_UNIT_ERROR = 50.0  # times above or below the days on both sides: no market moves like that
NEIGHBOR_SESSIONS = 5  # on either side of a bar, whose median close is the usual price of those days
HUNDREDFOLD = (80.0, 125.0)  # pence for pounds, allowing for a day's move
HOLE_DAYS, HOLE_JUMP = 30, 4.0  # calendar days without a bar, and times up or down across them: a ticker given away

Step = Callable[[pd.DataFrame], tuple[pd.DataFrame, np.ndarray]]
DaysByKind = dict[FaultKind, "pd.Index[pd.Timestamp]"]


def clean_bars(raw: pd.DataFrame, today: Date | None = None) -> tuple[pd.DataFrame, tuple[BarFault, ...]]:
    """Return bars (index `date`, columns `BAR_COLUMNS`, ascending, unique days) and the faults found, one a kind.

    A price more than 1e9 times the median close is dropped, which makes it missing.

    A session is left out only if it has no day, comes after `today` (the exchange's own day), comes again, has no sound
    close, or is in the wrong unit as a whole: 50 times or more above (or below) the median close of both the 5 sessions
    before and the 5 after. The first and the last bar have neighbors on one side only, and all four of their prices
    must be 80 to 125 times off, so that a crash stays.

    A price of exactly zero is missing, unless the bars around are within 3 of their ranges of zero; negative prices are
    real. An open that is missing or absurd becomes the close: within the day's range only if it is positive and there
    are sessions on both sides. A high or low that is missing or absurd becomes what open and close give. Absurd is 5
    times beyond all of: the bar's close (and open), and the median close of the sessions on either side. Then the range
    is widened to open and close.

    Bars before a hole of 30 days or more, across which the price changed 4-fold or more, are left out: a ticker that
    another company had before.

    `raw` is indexed by days without a time zone, NaT allowed. A volume that is missing, negative or infinite becomes 0.
    Cleaning cleaned bars changes nothing.
    """
    bars = _as_numbers(raw)
    days: DaysByKind = {"out of order": bars.index[_is_early(bars)]}
    undated = int(np.isnat(bars.index.to_numpy()).sum())
    bars = bars[bars.index.notna()].sort_index(kind="stable")
    for kind, step in _whole_bar_steps(today):
        bars, days[kind] = _apply(step, bars)
    mended, found = _mend_until_stable(bars)
    days |= {kind: days.get(kind, of_kind[:0]).append(of_kind) for kind, of_kind in found.items()}
    return mended, _faults(bars, mended, days, undated)


def _as_numbers(raw: pd.DataFrame) -> pd.DataFrame:
    bars = raw[list(BAR_COLUMNS)].astype(float).replace([np.inf, -np.inf], np.nan)
    return bars.assign(volume=bars["volume"].fillna(0.0).clip(lower=0.0)).rename_axis("date")


def _is_early(bars: pd.DataFrame) -> np.ndarray:
    return np.diff(bars.index.to_numpy(), prepend=bars.index.to_numpy()[:1]) < np.timedelta64(0, "ns")


def _faults(before: pd.DataFrame, after: pd.DataFrame, days: DaysByKind, undated: int) -> tuple[BarFault, ...]:
    """Return one fault a kind in the order of `SENTENCES`; `before` and `after` are the bars around the mending."""
    found = {kind: BarFault(kind, tuple(day.date() for day in days[kind].dropna().sort_values())) for kind in days}
    if undated:
        found["undated"] = BarFault("undated", undated=undated)
    left_out = days["another company"]
    if len(left_out):
        last, first = left_out.max(), after.index[0]
        change = abs(np.log(before["close"][first] / before["close"][last]))
        found["another company"] = replace(
            found["another company"], hole_days=(first - last).days, jump=round(float(np.exp(change)))
        )
    return tuple(found[kind] for kind in SENTENCES if kind in found and (found[kind].days or found[kind].undated))


def _apply(step: Step, bars: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index[pd.Timestamp]]:
    changed, is_faulty = step(bars)
    return changed, pd.DatetimeIndex(bars.index[is_faulty])


def _left_out(is_faulty: Callable[[pd.DataFrame], np.ndarray]) -> Step:
    def step(bars: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
        faulty = is_faulty(bars)
        return bars[~faulty], faulty

    return step


def median_close(bars: pd.DataFrame) -> float:
    """Return the median close without its sign, NaN where there is none."""
    close = np.abs(bars["close"].to_numpy(dtype=float))
    known = close[np.isfinite(close) & (close > 0.0)]
    return float(np.median(known)) if len(known) else float("nan")


def _drop_absurd(bars: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Make prices missing that are far beyond all others."""
    is_absurd = bars[PRICES].abs() / BEYOND_MEDIAN > median_close(bars)
    return bars.assign(**bars[PRICES].mask(is_absurd)), is_absurd.any(axis=1).to_numpy()


def _whole_bar_steps(today: Date | None) -> tuple[tuple[FaultKind, Step], ...]:
    """Return what leaves bars out whatever their neighbors are; repeated days last, so that the sound row stays."""
    last = pd.Timestamp(today) if today is not None else pd.Timestamp.max
    return (
        ("future", _left_out(lambda bars: np.asarray(bars.index > last))),
        ("no close", _left_out(lambda bars: bars["close"].isna().to_numpy())),
        ("repeated", _left_out(lambda bars: bars.index.duplicated(keep="last"))),
    )


def _mend_until_stable(bars: pd.DataFrame) -> tuple[pd.DataFrame, DaysByKind]:
    """Apply the steps that look at neighbors until none finds anything: each bar they mend is a neighbor too."""
    days: DaysByKind = {}
    before = None
    while before is None or not bars.equals(before):
        before = bars
        for kind, step in MENDING_STEPS:
            bars, found = _apply(step, bars)
            days[kind] = days.get(kind, found[:0]).append(found)
    return bars, {kind: found if kind in LEAVE_OUT else bars.index.intersection(found) for kind, found in days.items()}


@dataclass(frozen=True)
class _Surroundings:
    """The lower and the higher median close of the 5 sessions before and the 5 after, and which bars trade near zero.

    A close of zero counts in neither; with sessions on one side only, both medians are theirs. `is_between`: there are
    sessions on both.
    """

    lower: np.ndarray
    higher: np.ndarray
    near_zero: np.ndarray
    is_between: np.ndarray


def _surroundings(bars: pd.DataFrame) -> _Surroundings:
    high, low = bars["high"].to_numpy(), bars["low"].to_numpy()
    close = bars["close"].where(bars["close"] != 0.0).to_numpy()
    before, after = _medians_around(close)
    usual_range = np.fmax(*_medians_around(np.where(np.isnan(close) | ~(high >= low), np.nan, high - low)))
    lower, higher = np.fmin(before, after), np.fmax(before, after)
    near_zero = np.fmin(np.abs(lower), np.abs(higher)) / NEAR_ZERO_RANGES <= usual_range
    return _Surroundings(lower, higher, near_zero, ~np.isnan(before) & ~np.isnan(after))


def _medians_around(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each value the medians of the 5 known ones before and after it; NaN where there is none."""
    return _medians_before(values), _medians_before(values[::-1])[::-1]


def _medians_before(values: np.ndarray) -> np.ndarray:
    is_known = ~np.isnan(values)
    known = values[is_known]
    short = [np.median(known[:count]) for count in range(1, min(len(known) + 1, NEIGHBOR_SESSIONS))]
    full = np.median(sliding_window_view(known, NEIGHBOR_SESSIONS), axis=1) if len(known) >= NEIGHBOR_SESSIONS else []
    return np.array([np.nan, *short, *full])[np.cumsum(is_known) - is_known]


def _is_missing(bars: pd.DataFrame, column: str, around: _Surroundings) -> np.ndarray:
    values = bars[column].to_numpy()
    return np.isnan(values) | ((values == 0.0) & ~around.near_zero)


def _has_no_close(bars: pd.DataFrame) -> np.ndarray:
    """Return the bars whose close is missing, or absurd beside the bar's own range and the days around."""
    around = _surroundings(bars)
    high, low, close = (bars[name].to_numpy() for name in ("high", "low", "close"))
    return _is_missing(bars, "close", around) | _is_absurd(close, low, high, around)


def _complete(bars: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Replace an open, high or low that is missing or absurd by what the bar's other prices give."""
    around = _surroundings(bars)
    first, high, low, close = (bars[name].to_numpy() for name in PRICES)
    is_in_doubt = (first > high) | (first < low) | (around.is_between & (first > 0.0))
    no_open = _is_missing(bars, "open", around) | (is_in_doubt & _is_absurd(first, close, close, around))
    open_ = np.where(no_open, close, first)
    top, bottom = np.maximum(open_, close), np.minimum(open_, close)
    no_high = _is_missing(bars, "high", around) | _is_absurd(high, bottom, top, around)
    no_low = _is_missing(bars, "low", around) | _is_absurd(low, bottom, top, around)
    completed = bars.assign(open=open_, high=np.where(no_high, top, high), low=np.where(no_low, bottom, low))
    return completed, no_open | no_high | no_low


def _is_absurd(price: np.ndarray, bottom: np.ndarray, top: np.ndarray, around: _Surroundings) -> np.ndarray:
    """Return the prices 5 times above `top` and the days around, or below a fifth of `bottom` and the days around."""
    highest, lowest = np.maximum(top, around.higher), np.minimum(bottom, around.lower)
    is_far_above = (highest > 0.0) & (price / ABSURD_FACTOR > highest)
    is_far_below = (lowest > 0.0) & (price < lowest / ABSURD_FACTOR)
    return (is_far_above | is_far_below) & ~around.near_zero


def _widen_ranges(bars: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Extend high and low to include open and close: a price that was paid or quoted is part of the day's range."""
    wide = bars.assign(high=bars[PRICES].max(axis=1), low=bars[PRICES].min(axis=1))
    moved = (wide - bars)[PRICES].abs() > ROUNDING_TOLERANCE * bars[PRICES].abs()
    return wide, moved.any(axis=1).to_numpy()


def _is_in_wrong_unit(bars: pd.DataFrame) -> np.ndarray:
    """Return the bars in pence among bars in pounds, or the reverse: a known fault of Yahoo's data."""
    before, after = (_ratios(bars, usual) for usual in _medians_around(bars["close"].to_numpy()))
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return _is_other_unit(before, after) | _is_other_unit(1.0 / before, 1.0 / after)


def _ratios(bars: pd.DataFrame, usual: np.ndarray) -> np.ndarray:
    """Return each of the four prices divided by the usual price, shape (bars, 4); NaN where that is unknown or zero."""
    with np.errstate(over="ignore"):
        return bars[PRICES].to_numpy() / np.where(usual == 0.0, np.nan, usual)[:, None]


def _is_other_unit(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the rows far above both sides in the close, or hundredfold above their only side in all four prices."""
    lowest, highest = HUNDREDFOLD
    only = np.where(np.isnan(before), after, before)
    has_one_side = np.isnan(before) ^ np.isnan(after)
    is_hundredfold = (has_one_side & (only >= lowest) & (only <= highest)).all(axis=1)
    close = PRICES.index("close")
    return is_hundredfold | ((before[:, close] >= MIN_UNIT_ERROR) & (after[:, close] >= MIN_UNIT_ERROR))


def _is_of_another_company(bars: pd.DataFrame) -> np.ndarray:
    """Return the bars before the last hole after which the price was another one: the ticker had been given away."""
    close = bars["close"].to_numpy()
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        change = np.abs(np.log(close[1:] / close[:-1]))
    hole = np.diff(bars.index.to_numpy()) >= np.timedelta64(HOLE_DAYS, "D")
    places = np.flatnonzero(hole & (change >= np.log(HOLE_JUMP)) & np.isfinite(change))
    return np.arange(len(bars)) <= (places[-1] if len(places) else -1)


MENDING_STEPS: tuple[tuple[FaultKind, Step], ...] = (
    ("absurd", _drop_absurd),
    ("no close", _left_out(_has_no_close)),
    ("completed", _complete),
    ("widened", _widen_ranges),
    ("wrong unit", _left_out(_is_in_wrong_unit)),
    ("another company", _left_out(_is_of_another_company)),
)
LEAVE_OUT = {"absurd", "no close", "wrong unit", "another company"}
