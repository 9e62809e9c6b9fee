"""The track record of firms: how their targets turned out after twelve months."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.firms import firm_name
from indicators.analysts.quarters import quarter_numbers, resampled_bounds, sums_by_quarter
from indicators.analysts.targets import is_comparable
from indicators.time_spans import TARGET_TERM
from market import PriceTarget

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

TERM = np.timedelta64(TARGET_TERM, "D")
ONE_DAY = timedelta(days=1)
MAX_GAP_AT_END = np.timedelta64(10, "D")  # bars that end earlier than this before the term's end show no outcome
RANKED_FROM = 5  # outcomes: fewer say nothing about a firm
Z_95 = 1.959963984540054  # 97.5% quantile of the standard normal distribution

OUTCOME_COLUMNS = (
    "symbol",
    "firm",
    "date",
    "due",
    "target",
    "start_close",
    "end_close",
    "hit",
    "hit_at_end",
    "days_until_hit",
    "error_pct",
    "implied_upside_pct",
)


@dataclass(frozen=True)
class Rate:
    """A share of outcomes in percent, with its 95% interval.

    The interval is that of resampled quarters (see `quarters`), because targets that overlap in time are not
    independent; it is never narrower than Wilson's, which takes them to be.
    """

    hits: int
    count: int
    pct: float
    low_pct: float
    high_pct: float


@dataclass(frozen=True)
class Difference:
    """A difference of two shares in percentage points, with its 95% interval (see `quarters`)."""

    points: float
    low: float
    high: float


@dataclass(frozen=True)
class Record:
    """The outcomes of one firm, of one firm on one symbol, or (`firm` None) of all firms together.

    `hit`: reached at some time within twelve months; `hit_at_end`: at the close that ends them.
    `median_days_until_hit`: calendar days, of the targets hit; None when none was. `average_error_pct`: mean of
    100 |close at the end - target| / close at the start. `ranked`: 5 outcomes or more. `versus_peers`: by how much more
    often its targets were hit within twelve months than the others' on the same symbols and in the same quarters; None
    where there were no others.
    """

    firm: str | None
    symbol: str | None
    count: int
    hit: Rate
    hit_at_end: Rate
    median_days_until_hit: float | None
    average_error_pct: float
    ranked: bool
    versus_peers: Difference | None = None

    @property
    def name(self) -> str:
        """Whose record it is: "JPMorgan", "JPMorgan on CIFR"."""
        who = self.firm or "All firms"
        return f"{who} on {self.symbol}" if self.symbol else who


@dataclass(frozen=True)
class Hits:
    """How many of a firm's targets on one ticker were hit within twelve months, of those that had them."""

    hits: int
    count: int


@dataclass(frozen=True)
class TrackRecord:
    """The records of `everyone` together, of `firms`, and of `firm_symbols`, each firm on each symbol.

    The last two are sorted by the lower bound of `hit`, best first, with unranked records at the end.
    """

    everyone: Record
    firms: tuple[Record, ...]
    firm_symbols: tuple[Record, ...]


def target_outcomes(targets: Iterable[PriceTarget], bars: pd.DataFrame, as_of: Date) -> pd.DataFrame:
    """Return the outcome of each target whose 365 days have passed by `as_of`: one row each, columns `OUTCOME_COLUMNS`.

    A target counts for its whole term even where its firm replaced it earlier: what was promised is judged. Above the
    close of its day (or of the session before) or at it, a target is one for a rise, and hit when a later session's
    high reaches it; below, it is one for a fall, and hit by a low. Hit at the end: the last close of the term is at the
    target or beyond. `error_pct` = 100 |that close - target| / close of its day (Bradshaw, Brown and Huang, Review of
    Accounting Studies 2013). `implied_upside_pct` = 100 (target / close of its day - 1). A row that a feed repeats, on
    the same day or the next, counts once.

    `targets`: rows of one symbol in the split basis of `bars` (see `adjust_for_splits`); `bars`: columns high, low,
    close, oldest first. Targets whose day or end of term lies outside the bars are left out, and those that cannot be
    compared with prices: in another currency, in unsure shares, or unusual (see `is_comparable`).
    """
    known = bars.loc[: pd.Timestamp(as_of)]
    rows = _promises(targets, as_of)
    sessions = known.index.to_numpy().astype("datetime64[D]")
    days = np.array([row.date for row in rows], dtype="datetime64[D]")
    start = np.searchsorted(sessions, days, side="right") - 1
    end = np.searchsorted(sessions, days + TERM, side="right") - 1
    is_over = (days + TERM <= np.datetime64(as_of)) & (start >= 0) & (end > start)
    is_over[is_over] = days[is_over] + TERM - sessions[end[is_over]] <= MAX_GAP_AT_END
    rows = [row for row, over in zip(rows, is_over, strict=True) if over]
    firms = [firm_name(row.firm, as_of) for row in rows]
    return _outcomes(rows, firms, days[is_over], start[is_over], end[is_over], known, sessions)


def count_expired_targets(targets: Iterable[PriceTarget], as_of: Date) -> int:
    """Return how many targets are 365 days old or older on `as_of`, whether or not the bars show their outcome."""
    rows = _promises(targets, as_of)
    return sum(row.date + TARGET_TERM <= as_of for row in rows)


def next_target_due(targets: Iterable[PriceTarget], as_of: Date) -> tuple[PriceTarget, Date] | None:
    """Return the oldest target known on `as_of` and younger than 365 days, and the day it is judged on."""
    running = [row for row in targets if row.target is not None and row.date <= as_of < row.date + TARGET_TERM]
    if not running:
        return None
    oldest = min(running, key=lambda row: (row.date, firm_name(row.firm, as_of), row.symbol))
    return oldest, oldest.date + TARGET_TERM


def track_record(outcomes: pd.DataFrame) -> TrackRecord | None:
    """Return the rates of all firms together, of each firm and of each firm on each symbol; None without outcomes.

    `outcomes`: those of `target_outcomes`, of one symbol or of several concatenated.
    """
    if outcomes.empty:
        return None
    (everyone,) = _records(outcomes, [])
    return TrackRecord(
        everyone=everyone,
        firms=_best_first(_records(outcomes, ["firm"])),
        firm_symbols=_best_first(_records(outcomes, ["firm", "symbol"])),
    )


def hits_by_firm(outcomes: pd.DataFrame) -> dict[str, Hits]:
    """Return the hits of each firm that has outcomes, without intervals and peers; `outcomes` as `target_outcomes`."""
    grouped = outcomes.groupby("firm")["hit"]
    counts = zip(grouped.sum().items(), grouped.size(), strict=True)
    return {str(firm): Hits(int(hits), int(count)) for (firm, hits), count in counts}


def outstanding_by_chance(records: Iterable[Record]) -> int:
    """Return how many of the ranked records stand out by chance alone: 5%, since the intervals cover 95%."""
    return round(0.05 * sum(record.ranked for record in records))


def wilson_interval(hits: int, count: int) -> Rate:
    """Return `hits` of `count` in percent, with the 95% score interval.

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96 (Wilson, JASA 1927). Raises
    ValueError unless 0 <= hits <= count and count > 0.
    """
    if not 0 <= hits <= count or count == 0:
        raise ValueError(f"{hits} of {count} is no rate: give a count above 0 and hits within it")
    share, weight = hits / count, Z_95**2 / count
    center = share + weight / 2.0
    spread = Z_95 * math.sqrt(share * (1.0 - share) / count + weight / (4.0 * count))
    low, high = (center - spread) / (1.0 + weight), (center + spread) / (1.0 + weight)
    return Rate(hits, count, 100.0 * share, 100.0 * max(low, 0.0), 100.0 * min(high, 1.0))


def _promises(targets: Iterable[PriceTarget], as_of: Date) -> list[PriceTarget]:
    """Return the rows with a target that can be compared with prices, without those that a feed repeats."""
    judged = (row for row in targets if row.target is not None and is_comparable(row))
    rows = {(firm_name(row.firm, as_of), row.symbol, row.date, row.target): row for row in judged}
    said = {_statement(row, row.date, as_of) for row in rows.values()}
    return [row for row in rows.values() if _statement(row, row.date - ONE_DAY, as_of) not in said]


def _statement(row: PriceTarget, day: Date, as_of: Date) -> tuple[object, ...]:
    """Return what the firm says in `row`, as if on `day`."""
    figures = (row.target, row.prior_target, row.rating, row.prior_rating)
    return firm_name(row.firm, as_of), row.symbol, day, *figures


def _outcomes(
    rows: Sequence[PriceTarget],
    firms: Sequence[str],
    days: Days,
    start: Positions,
    end: Positions,
    bars: pd.DataFrame,
    sessions: Days,
) -> pd.DataFrame:
    target = np.array([row.target for row in rows], dtype=float)
    close = bars["close"].to_numpy(float)
    for_rise = target >= close[start]
    hit_on = _first_hits(target, for_rise, start, end, bars)
    hit = hit_on >= 0
    days_until = (sessions[hit_on] - days).astype(float) if len(sessions) else np.empty(0)
    columns: dict[str, Any] = {
        "symbol": [row.symbol for row in rows],
        "firm": firms,
        "date": days,
        "due": days + TERM,
        "target": target,
        "start_close": close[start],
        "end_close": close[end],
        "hit": hit,
        "hit_at_end": np.where(for_rise, close[end] >= target, close[end] <= target),
        "days_until_hit": np.where(hit, days_until, np.nan),
        "error_pct": 100.0 * np.abs(close[end] - target) / close[start],
        "implied_upside_pct": 100.0 * (target / close[start] - 1.0),
    }
    return pd.DataFrame(columns, columns=list(OUTCOME_COLUMNS))


def _first_hits(
    target: Floats, for_rise: NDArray[np.bool_], start: Positions, end: Positions, bars: pd.DataFrame
) -> Positions:
    """Return the position of the first session after `start`, up to `end`, that reaches each target; -1 for none."""
    if not len(target):
        return np.empty(0, dtype=np.int64)
    later = start[:, np.newaxis] + np.arange(1, int((end - start).max()) + 1)
    later = np.minimum(later, end[:, np.newaxis])
    high, low = bars["high"].to_numpy(float), bars["low"].to_numpy(float)
    goal = target[:, np.newaxis]
    reached = np.where(for_rise[:, np.newaxis], high[later] >= goal, low[later] <= goal)
    return np.where(reached.any(axis=1), start + 1 + np.argmax(reached, axis=1), -1)


def _records(outcomes: pd.DataFrame, by: list[str]) -> list[Record]:
    """Return one record for each combination of the columns `by`, one of everything where there are none."""
    groups: NDArray[np.int64] = np.zeros(len(outcomes), dtype=np.int64)
    if by:
        groups = outcomes.groupby(by).ngroup().to_numpy().astype(np.int64)
    grouped = outcomes.groupby(groups)
    names, error = grouped[["firm", "symbol"]].first(), grouped["error_pct"].mean()
    median = grouped["days_until_hit"].median()
    within, at_end = _rates(outcomes, groups, "hit"), _rates(outcomes, groups, "hit_at_end")
    versus_peers = _versus_peers(outcomes, groups) if by else [None]
    return [
        Record(
            firm=names["firm"].iloc[group] if "firm" in by else None,
            symbol=names["symbol"].iloc[group] if "symbol" in by else None,
            count=within[group].count,
            hit=within[group],
            hit_at_end=at_end[group],
            median_days_until_hit=None if np.isnan(median[group]) else float(median[group]),
            average_error_pct=float(error[group]),
            ranked=within[group].count >= RANKED_FROM,
            versus_peers=versus_peers[group],
        )
        for group in range(len(names))
    ]


def _rates(outcomes: pd.DataFrame, groups: NDArray[np.int64], column: str) -> list[Rate]:
    """Return the rate of each group, its interval the wider one of the resampled quarters' and Wilson's."""
    quarters = quarter_numbers(outcomes["date"])
    shape = int(quarters.max()) + 1, int(groups.max()) + 1
    hits = sums_by_quarter(quarters, groups, outcomes[column].to_numpy(float), *shape)
    counts = sums_by_quarter(quarters, groups, np.ones(len(groups)), *shape)
    low, high = resampled_bounds(hits, counts)
    rates = (wilson_interval(int(hit), int(count)) for hit, count in zip(hits.sum(0), counts.sum(0), strict=True))
    return [
        replace(rate, low_pct=min(rate.low_pct, 100.0 * lowest), high_pct=max(rate.high_pct, 100.0 * highest))
        for rate, lowest, highest in zip(rates, low.tolist(), high.tolist(), strict=True)
    ]


def _versus_peers(outcomes: pd.DataFrame, groups: NDArray[np.int64]) -> list[Difference | None]:
    """Return each group's share of hits less that of the others on the same symbol in the same quarter.

    sum n (hits / n - hits of others / n of others) / sum n, over the symbols and quarters that others had targets in
    too, n being the group's targets there.
    """
    quarters = quarter_numbers(outcomes["date"])
    shape = int(quarters.max()) + 1, int(groups.max()) + 1
    place_of_row = pd.factorize(outcomes["symbol"])[0] * shape[0] + quarters
    cells, cell_of_row = np.unique(place_of_row * shape[1] + groups, return_inverse=True)
    place, group = np.divmod(cells, shape[1])
    hits = np.bincount(cell_of_row, outcomes["hit"].to_numpy(float))
    counts = np.bincount(cell_of_row).astype(float)
    other_hits = np.bincount(place, hits)[place] - hits
    others = np.bincount(place, counts)[place] - counts
    has_others = others > 0.0
    surplus = np.where(has_others, hits - counts * other_hits / np.maximum(others, 1.0), 0.0)
    surpluses = sums_by_quarter(place % shape[0], group, surplus, *shape)
    compared = sums_by_quarter(place % shape[0], group, np.where(has_others, counts, 0.0), *shape)
    low, high = resampled_bounds(surpluses, compared)
    return [
        Difference(100.0 * float(total / count), 100.0 * float(lowest), 100.0 * float(highest)) if count else None
        for total, count, lowest, highest in zip(surpluses.sum(0), compared.sum(0), low, high, strict=True)
    ]


def _best_first(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the ranked records by the lower bound of their rate, then those with too few outcomes by name."""
    return tuple(
        sorted(
            records,
            key=lambda record: (
                not record.ranked,
                -record.hit.low_pct if record.ranked else 0.0,
                -record.hit.pct if record.ranked else 0.0,
                -record.count if record.ranked else 0,
                record.firm,
                record.symbol or "",
            ),
        )
    )
