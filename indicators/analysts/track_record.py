"""How the firms' targets came out once their twelve months had run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.firms import firm_name
from market import PriceTarget

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

TERM = np.timedelta64(365, "D")  # targets are set for twelve months
GAP = np.timedelta64(10, "D")  # bars that end earlier than so before the term's end do not tell how it came out
RANKED_FROM = 5  # fewer outcomes than these say nothing about a firm
Z_95 = 1.959963984540054  # standard normal, 97.5 %

OUTCOME_COLUMNS = (
    "symbol",
    "firm",
    "date",
    "due",
    "target",
    "start_close",
    "end_close",
    "met",
    "met_at_end",
    "days_until_met",
    "miss_pct",
    "asked_pct",
)


@dataclass(frozen=True)
class Rate:
    """A share of outcomes in percent, with its 95 % Wilson interval.

    The interval takes outcomes for independent; targets that overlap in time are less than that, so
    the true uncertainty is wider.
    """

    hits: int
    count: int
    pct: float
    low_pct: float
    high_pct: float


@dataclass(frozen=True)
class Record:
    """The outcomes of one firm, one firm on one symbol, or (`firm` None) of all firms together.

    `met`: reached at some time within twelve months; `met_at_end`: at the close that ends them.
    `median_days_until_met`: calendar days, of those met; None when none was. `average_miss_pct`:
    mean of 100 |close at the end - target| / close at the start. `ranked`: 5 outcomes or more.
    """

    firm: str | None
    symbol: str | None
    count: int
    met: Rate
    met_at_end: Rate
    median_days_until_met: float | None
    average_miss_pct: float
    ranked: bool

    @property
    def name(self) -> str:
        """Whose record it is: «JPMorgan», «JPMorgan on CIFR»."""
        who = self.firm or "All firms"
        return f"{who} on {self.symbol}" if self.symbol else who


@dataclass(frozen=True)
class TrackRecord:
    """`everyone`: all firms together; `firms` and `firm_symbols`: the ranked ones first, best `met` rate first."""

    everyone: Record
    firms: tuple[Record, ...]
    firm_symbols: tuple[Record, ...]


def target_outcomes(targets: Iterable[PriceTarget], bars: pd.DataFrame, as_of: Date) -> pd.DataFrame:
    """How each target whose 365 days have run by `as_of` came out: one row each, columns `OUTCOME_COLUMNS`.

    A target counts to its term even where its firm replaced it earlier: what was promised is judged.
    It is one for a rise when it stands at or above the close of its day (or of the session before), and
    is met when a later session's high reaches it; one for a fall when below, met by the low. Met at the
    end: the last close of the term stands at it or beyond. `miss_pct` = 100 |that close - target| / close
    of its day (Bradshaw, Brown and Huang, Review of Accounting Studies 2013). `asked_pct` = 100 (target /
    close of its day - 1). A row that a feed repeats counts once.

    `targets`: rows of one symbol in the split basis of `bars` (see `adjust_for_splits`); `bars`: columns
    high, low, close, oldest first. Targets whose day or whose term's end the bars do not cover are left out.
    """
    known = bars.loc[: pd.Timestamp(as_of)]
    rows = _distinct(target for target in targets if target.target is not None)
    sessions = known.index.to_numpy().astype("datetime64[D]")
    days = np.array([row.date for row in rows], dtype="datetime64[D]")
    start = np.searchsorted(sessions, days, side="right") - 1
    end = np.searchsorted(sessions, days + TERM, side="right") - 1
    run = (days + TERM <= np.datetime64(as_of)) & (start >= 0) & (end > start)
    run[run] = days[run] + TERM - sessions[end[run]] <= GAP
    rows = [row for row, done in zip(rows, run, strict=True) if done]
    return _outcomes(rows, days[run], start[run], end[run], known, sessions)


def count_expired_targets(targets: Iterable[PriceTarget], as_of: Date) -> int:
    """How many targets are 365 days old or older on `as_of`, whether or not the bars tell how they came out."""
    return sum(each.date + TERM.item() <= as_of for each in _distinct(row for row in targets if row.target is not None))


def next_target_due(targets: Iterable[PriceTarget], as_of: Date) -> tuple[PriceTarget, Date] | None:
    """Of the targets known on `as_of` that are younger than 365 days the oldest, and the day it is judged on."""
    running = [row for row in targets if row.target is not None and row.date <= as_of < row.date + TERM.item()]
    if not running:
        return None
    oldest = min(running, key=lambda each: (each.date, firm_name(each.firm), each.symbol))
    return oldest, oldest.date + TERM.item()


def track_record(outcomes: pd.DataFrame) -> TrackRecord | None:
    """The rates of all firms together, of each firm and of each firm on each symbol; None without outcomes.

    `outcomes`: those of `target_outcomes`, of one symbol or of several concatenated.
    """
    if outcomes.empty:
        return None
    return TrackRecord(
        everyone=_record(None, None, outcomes),
        firms=_best_first(_record(firm, None, group) for firm, group in outcomes.groupby("firm")),
        firm_symbols=_best_first(
            _record(firm, symbol, group) for (firm, symbol), group in outcomes.groupby(["firm", "symbol"])
        ),
    )


def outstanding_by_chance(records: Iterable[Record]) -> int:
    """How many of the ranked records stand out by chance alone: 5 %, for their intervals hold 95 %."""
    return round(0.05 * sum(record.ranked for record in records))


def wilson_interval(hits: int, count: int) -> Rate:
    """`hits` of `count` in percent, with the 95 % score interval.

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96 (Wilson, JASA 1927). Raises
    ValueError unless 0 <= hits <= count and count > 0.
    """
    if not 0 <= hits <= count or count == 0:
        raise ValueError(f"{hits} of {count} is no rate: give a count above 0 and hits within it")
    share, weight = hits / count, Z_95**2 / count
    centre = share + weight / 2.0
    spread = Z_95 * math.sqrt(share * (1.0 - share) / count + weight / (4.0 * count))
    low, high = (centre - spread) / (1.0 + weight), (centre + spread) / (1.0 + weight)
    return Rate(hits, count, 100.0 * share, 100.0 * max(low, 0.0), 100.0 * min(high, 1.0))


def _distinct(rows: Iterable[PriceTarget]) -> list[PriceTarget]:
    return list({(firm_name(row.firm), row.symbol, row.date, row.target): row for row in rows}.values())


def _outcomes(
    rows: Sequence[PriceTarget], days: Days, start: Positions, end: Positions, bars: pd.DataFrame, sessions: Days
) -> pd.DataFrame:
    target = np.array([row.target for row in rows], dtype=float)
    close = bars["close"].to_numpy(float)
    rise = target >= close[start]
    met_on = _first_met(target, rise, start, end, bars)
    met = met_on >= 0
    waited = (sessions[met_on] - days).astype(float) if len(sessions) else np.empty(0)
    columns: dict[str, Any] = {
        "symbol": [row.symbol for row in rows],
        "firm": [firm_name(row.firm) for row in rows],
        "date": days,
        "due": days + TERM,
        "target": target,
        "start_close": close[start],
        "end_close": close[end],
        "met": met,
        "met_at_end": np.where(rise, close[end] >= target, close[end] <= target),
        "days_until_met": np.where(met, waited, np.nan),
        "miss_pct": 100.0 * np.abs(close[end] - target) / close[start],
        "asked_pct": 100.0 * (target / close[start] - 1.0),
    }
    return pd.DataFrame(columns, columns=list(OUTCOME_COLUMNS))


def _first_met(
    target: Floats, rise: NDArray[np.bool_], start: Positions, end: Positions, bars: pd.DataFrame
) -> Positions:
    """Position of the first session after `start`, up to `end`, that reaches each target; -1 where none does."""
    if not len(target):
        return np.empty(0, dtype=np.int64)
    ahead = start[:, np.newaxis] + np.arange(1, int((end - start).max()) + 1)
    ahead = np.minimum(ahead, end[:, np.newaxis])
    high, low = bars["high"].to_numpy(float), bars["low"].to_numpy(float)
    goal = target[:, np.newaxis]
    reached = np.where(rise[:, np.newaxis], high[ahead] >= goal, low[ahead] <= goal)
    return np.where(reached.any(axis=1), start + 1 + np.argmax(reached, axis=1), -1)


def _record(firm: Any, symbol: Any, outcomes: pd.DataFrame) -> Record:
    count = len(outcomes)
    waits = outcomes["days_until_met"].dropna()
    return Record(
        firm=firm,
        symbol=symbol,
        count=count,
        met=wilson_interval(int(outcomes["met"].sum()), count),
        met_at_end=wilson_interval(int(outcomes["met_at_end"].sum()), count),
        median_days_until_met=float(waits.median()) if len(waits) else None,
        average_miss_pct=float(outcomes["miss_pct"].mean()),
        ranked=count >= RANKED_FROM,
    )


def _best_first(records: Iterable[Record]) -> tuple[Record, ...]:
    """The ranked ones by their rate, those with too few outcomes after them by name."""
    return tuple(
        sorted(
            records,
            key=lambda record: (
                not record.ranked,
                -record.met.pct if record.ranked else 0.0,
                -record.count if record.ranked else 0,
                record.firm,
                record.symbol or "",
            ),
        )
    )
