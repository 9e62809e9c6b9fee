"""Raw bars as they arrive, made fit to draw: what cannot be is left out, and every bar left out is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date as Date

import numpy as np
import pandas as pd

from market.price_history import BAR_COLUMNS

PRICES = ["open", "high", "low", "close"]
BEYOND_RANGE = 0.01  # an open or close this little outside of high and low is a late print: the range is widened
ROUNDING = 1e-6  # and what is less than this is not worth a word
OFF = 50.0  # a price this many times over or under the days on both sides of it is no move of a market
AROUND = 5  # sessions on either side whose median says what a price of those days is
HUNDREDFOLD = (80.0, 125.0)  # pence for pounds, give or take a day's move
NAMED = 3


def clean_bars(raw: pd.DataFrame, today: Date | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Bars (index `date`, columns `BAR_COLUMNS`, oldest first, each day once), and a sentence for each thing done.

    Left out are bars dated after `today` (the exchange's own day), without one of their four prices, with a
    price of zero or less, with a high below the low, with an open or close more than 1 % outside of them,
    and with prices in the wrong unit: 50 times or more over (or under) the medians of both the 5 sessions
    before and the 5 after. At the first and the last bar, which have one side only, all four prices must be
    80 to 125 times off, so that a crash stays. Bars out of order are sorted; of a day that comes twice the
    later row stays; a volume that is missing, negative or infinite is 0. `raw` is indexed by days without a
    time zone, NaT among them allowed.
    """
    bars, notes = _in_order(_numbers(raw))
    for faulty, words in _faults(today):
        bars, note = _without(bars, faulty(bars), words)
        notes += note
    bars, note = _wide_enough(bars)
    notes += note
    bars, note = _in_one_unit(bars)
    return bars, (*notes, *note)


def _numbers(raw: pd.DataFrame) -> pd.DataFrame:
    bars = raw[list(BAR_COLUMNS)].astype(float).replace([np.inf, -np.inf], np.nan)
    return bars.assign(volume=bars["volume"].fillna(0.0).clip(lower=0.0)).rename_axis("date")


def _in_order(bars: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    early = int((np.diff(bars.index.to_numpy()) < np.timedelta64(0, "ns")).sum())
    note = [f"{_bars(early)} came out of order and {_were(early)} sorted by date"] if early else []
    return bars.sort_index(kind="stable"), note


def _faults(today: Date | None) -> Iterator[tuple[Callable[[pd.DataFrame], np.ndarray], str]]:
    """What a bar may be left out for, and how it is said; repeats last, so that the sound one of two stays."""
    yield lambda bars: np.asarray(bars.index.isna()), "without a day"
    if today is not None:
        yield (
            lambda bars: np.asarray(bars.index > pd.Timestamp(today)),
            f"dated after the exchange's own day ({today:%Y-%m-%d})",
        )
    yield lambda bars: bars[PRICES].isna().any(axis=1).to_numpy(), "without a price"
    yield lambda bars: (bars[PRICES] <= 0.0).any(axis=1).to_numpy(), "with a price of zero or less"
    yield _impossible, "with a high below the low, or an open or close outside of them,"
    yield lambda bars: bars.index.duplicated(keep="last"), "of a day that came again"


def _impossible(bars: pd.DataFrame) -> np.ndarray:
    ends = bars[["open", "close"]]
    beyond = (ends.max(axis=1) > bars["high"] * (1 + BEYOND_RANGE)) | (
        ends.min(axis=1) < bars["low"] * (1 - BEYOND_RANGE)
    )
    return (beyond | (bars["high"] < bars["low"])).to_numpy()


def _wide_enough(bars: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """High and low reach to open and close: a price that was paid was in the day's range."""
    wide = bars.assign(high=bars[PRICES].max(axis=1), low=bars[PRICES].min(axis=1))
    changed = int(((wide - bars).abs() > ROUNDING * bars)[PRICES].any(axis=1).sum())
    note = [f"{_bars(changed)} had the day's range widened to its open and close"] if changed else []
    return wide, note


def _in_one_unit(bars: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Without the bars that stand in pence among pounds, or the reverse: a fault that Yahoo is known for."""
    kept = bars
    while (faulty := _in_wrong_unit(kept)).any():  # again, for two of them at the end hide behind each other
        kept = kept[~faulty]
    suspected = bars.loc[bars.index.difference(kept.index), "close"]
    if suspected.empty:
        return kept, []
    named = _listed([f"{day:%Y-%m-%d} at {close:,.6g}" for day, close in suspected.items()])
    count = len(suspected)
    said = f"{_bars(count)} about 100 times off the days around {_were(count)} left out as a suspected fault: {named}"
    return kept, [said]


def _in_wrong_unit(bars: pd.DataFrame) -> np.ndarray:
    close = bars["close"]
    before = _times(bars, close.shift().rolling(AROUND, min_periods=1).median())
    after = _times(bars, close[::-1].shift().rolling(AROUND, min_periods=1).median()[::-1])
    return _over(before, after) | _over(1.0 / before, 1.0 / after)


def _times(bars: pd.DataFrame, usual: pd.Series) -> np.ndarray:
    """Each of the four prices as a multiple of what is usual; rows of `usual` without a figure are NaN."""
    return bars[PRICES].to_numpy() / usual.to_numpy()[:, None]


def _over(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Rows that stand too high over both sides in one price, or over the only side in all four."""
    lowest, highest = HUNDREDFOLD
    only = np.where(np.isnan(before), after, before)
    alone = (np.isnan(before) ^ np.isnan(after)) & (only >= lowest) & (only <= highest)
    return alone.all(axis=1) | ((before >= OFF) & (after >= OFF)).any(axis=1)


def _without(bars: pd.DataFrame, faulty: np.ndarray, words: str) -> tuple[pd.DataFrame, list[str]]:
    count = int(faulty.sum())
    if not count:
        return bars, []
    named = _listed([f"{day:%Y-%m-%d}" for day in bars.index[faulty].dropna()])
    return bars[~faulty], [f"{_bars(count)} {words} {_were(count)} left out{named and ': '}{named}"]


def _bars(count: int) -> str:
    return "1 bar" if count == 1 else f"{count:,} bars"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _listed(items: list[str]) -> str:
    if len(items) > NAMED:
        items = [*items[:NAMED], f"{len(items) - NAMED:,} more"]
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))
