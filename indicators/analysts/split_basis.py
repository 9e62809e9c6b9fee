"""The shares that a published figure is in: those of its day or, where a feed restated it, of a later split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.time_spans import TARGET_TERM

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]

RESTATED_SPAN = np.timedelta64(731, "D")  # feeds restate rows up to two years before a split
OLD_SHARES_SPAN = np.timedelta64(90, "D")  # or repeat a target in the old shares for a quarter after one
PEERS_SPAN = np.timedelta64(180, "D")
MAX_ANCHOR_AGE = np.timedelta64(TARGET_TERM, "D")  # an older target of the firm says nothing about today's
MIN_PEERS = 5  # firms with a row in that span
CLEARLY_BETTER = 0.6  # mean log distance: more than firms differ, less than a split of 2.5:1 (0.92) is wide
CLEAR_SPLIT = np.log(2.5)  # narrower splits cannot be told from an opinion
TWO_GROUPS_SHARE = 0.6  # of the split's width between the peers' quartiles, in log: then both shares are common
SAME_FIGURE = 5e-3  # relative: a restated figure is rounded to cents


class SplitBasis:
    """How many of today's shares one share of a past day has become."""

    def __init__(self, splits: pd.Series) -> None:
        shares, days = splits.to_numpy(float), splits.index.to_numpy().astype("datetime64[D]")
        order = np.argsort(days, kind="stable")
        valid = order[(np.isfinite(shares) & (shares > 0.0))[order]]
        self._days: Days = days[valid]
        after = np.cumprod(shares[valid][::-1])[::-1]
        self._shares = np.append(after, 1.0)

    def __bool__(self) -> bool:
        return len(self._days) > 0

    def on(self, days: Days) -> Floats:
        """Return the product of the splits after each of `days`; a split's own day trades in the new shares already."""
        shares: Floats = self._shares[np.searchsorted(self._days, days, side="right")]
        return shares

    def around(self, days: Days, since: Days, until: Days) -> Floats:
        """Return the shares of each of `days`, then, in one row a split, those on its other side.

        A split after `until`, or on `since` or before, leaves the shares of the day.
        """
        own, split = self.on(days), self._days[:, np.newaxis]
        later = np.where((split > days) & (split <= until), self._shares[1:, np.newaxis], own)
        other = np.where((split > since) & (split <= days), self._shares[:-1, np.newaxis], later)
        return np.vstack([own, other])


@dataclass(frozen=True)
class RatingRows:
    """Rows of all firms, sorted by firm and then by day: published figures, and the split-adjusted close of the day.

    NaN where there is none.
    """

    firms: NDArray[np.int64]
    days: Days
    target: Floats
    prior: Floats
    close: Floats


@dataclass(frozen=True)
class RestatedFigures:
    """Both figures of each row in today's shares; `unsure`: the target may be in other shares than was taken."""

    target: Floats
    prior: Floats
    unsure: Flags


def restate(rows: RatingRows, basis: SplitBasis) -> RestatedFigures:
    """Return the figures of `rows` in today's shares.

    Each figure may be in the shares of its day or of a later split, a prior also in those of the firm's row before. It
    is taken as published unless another basis is clearly nearer, by 0.6 in mean log distance, to three anchors: the
    close times the median target / close of all rows of the 180 days before (with fewer than five firms, the close
    itself), the firm's last target, and the row's other figure. A basis less than 2.5 times apart is taken only where
    the row then repeats the firm's last target. The target is unsure where a later split of 2.5:1 or more is
    possible and the targets of those 180 days form two groups, or are of fewer than five firms: unless, as published,
    it is clearly nearer to the close than in other shares.

    Rows are judged by earlier rows alone. These may be restated too, so all rows are judged again until nothing
    changes: each pass settles at least one more day.
    """
    own = basis.on(rows.days)
    figures = RestatedFigures(rows.target / own, rows.prior / own, np.zeros(len(own), dtype=bool))
    if not basis:
        return figures
    while True:
        judged = _judge(rows, basis, figures)
        if np.array_equal(judged.target, figures.target, equal_nan=True):
            return judged
        figures = judged


def _judge(rows: RatingRows, basis: SplitBasis, known: RestatedFigures) -> RestatedFigures:
    """Return the figures of each row as judged by the figures of earlier rows in `known`."""
    until, late = rows.days + RESTATED_SPAN, rows.days - OLD_SHARES_SPAN
    last, last_day = _row_before(rows, known.target)
    recent = np.where(rows.days - last_day <= MAX_ANCHOR_AGE, last, np.nan)
    oldest = np.minimum(np.where(np.isnat(last_day), rows.days - MAX_ANCHOR_AGE, last_day), late)
    targets = rows.target / basis.around(rows.days, late, until)
    priors = rows.prior / basis.around(rows.days, oldest, until)
    later = basis.around(rows.days, rows.days, until)
    repeated = np.where(later != later[0], _repeats(priors, recent), _repeats(priors, last))
    is_restated = repeated & ~repeated[0]  # the basis in which the prior target is the firm's last one
    crowd = _crowd(rows, known.target, (_is_clear(targets) | _is_clear(priors) | is_restated).any(axis=0))
    fair = rows.close * np.exp(np.where(crowd.is_known, crowd.median, 0.0))

    prior_guess = _take(priors, is_restated, _nearest(priors, _is_clear(priors), 0.0, fair, recent))
    with_prior = is_restated & (later != later[0])  # after a split, a prior alone keeps the old shares
    better_by = np.where(with_prior.any(axis=0), 0.0, CLEARLY_BETTER)
    nearest = _nearest(targets, _is_clear(targets) | with_prior, better_by, fair, recent, prior_guess)
    repeats_last = _repeats(targets, recent) & ~_is_clear(targets) & np.isnan(rows.prior)
    target = _take(targets, repeats_last & ~repeats_last[0], nearest)
    prior = _take(priors, is_restated, _nearest(priors, _is_clear(priors), CLEARLY_BETTER, fair, recent, target))
    width = _narrowest_clear_split(rows.target / later)
    has_two_groups = crowd.quartile_range > TWO_GROUPS_SHARE * width
    is_doubtful = np.where(crowd.is_known, has_two_groups, ~_fits_as_published(rows.target / later, target, rows.close))
    return RestatedFigures(target, prior, np.isfinite(width) & is_doubtful & np.isfinite(target))


def _fits_as_published(candidates: Floats, chosen: Floats, close: Floats) -> Flags:
    """Return where the first candidate was chosen and is clearly nearer to the close than any that is clear from it."""
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.abs(np.log(candidates / close))
    others = np.where(_is_clear(candidates), distance, np.inf).min(axis=0)
    fits: Flags = (chosen == candidates[0]) & (others - distance[0] > CLEARLY_BETTER)
    return fits


def _nearest(candidates: Floats, possible: Flags, better_by: float | Floats, *anchors: Floats) -> NDArray[np.int64]:
    """Return, by column, which candidate to take: the first, or a possible one nearer to `anchors`.

    Nearer: by more than `better_by` in mean log distance to those anchors that exist.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        distances = np.abs(np.log(candidates) - np.log(np.stack(anchors))[:, np.newaxis])
    known = np.isfinite(distances)
    mean = np.where(known, distances, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    mean[1:] = np.where(possible[1:], mean[1:], np.inf)
    nearest = np.argmin(mean, axis=0)
    gain = mean[0] - np.take_along_axis(mean, nearest[np.newaxis], axis=0)[0]
    return np.where(gain > better_by, nearest, 0)


def _take(candidates: Floats, certain: Flags, otherwise: NDArray[np.int64]) -> Floats:
    """Return, by column, the candidate that is `certain`, or that of position `otherwise`."""
    chosen = np.where(certain.any(axis=0), np.argmax(certain, axis=0), otherwise)
    taken: Floats = np.take_along_axis(candidates, chosen[np.newaxis], axis=0)[0]
    return taken


def _repeats(candidates: Floats, last: Floats) -> Flags:
    with np.errstate(invalid="ignore", divide="ignore"):
        same: Flags = np.abs(candidates / last - 1.0) <= SAME_FIGURE
    return same


def _is_clear(candidates: Floats) -> Flags:
    """Return which candidates are at least `CLEAR_SPLIT` away from the first of their column."""
    with np.errstate(invalid="ignore", divide="ignore"):
        clear: Flags = np.abs(np.log(candidates / candidates[0])) >= CLEAR_SPLIT - 1e-9
    return clear


def _narrowest_clear_split(candidates: Floats) -> Floats:
    """Return the least log distance of another candidate that is clear from the first; NaN where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        width = np.abs(np.log(candidates / candidates[0]))
    narrowest = np.where(_is_clear(candidates), width, np.inf).min(axis=0)
    return np.where(np.isfinite(narrowest), narrowest, np.nan)


@dataclass(frozen=True)
class _Crowd:
    """Log target / close of all rows of the 180 days before each row, and whether they are of enough firms."""

    median: Floats
    quartile_range: Floats
    is_known: Flags


def _crowd(rows: RatingRows, target: Floats, wanted: Flags) -> _Crowd:
    """Return the crowd before each `wanted` row; the others have none."""
    count = len(rows.days)
    crowd = _Crowd(np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, dtype=bool))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(target / rows.close)
    priced = np.flatnonzero(np.isfinite(ratio))
    priced = priced[np.argsort(rows.days[priced], kind="stable")]
    days, day_of = np.unique(rows.days[wanted], return_inverse=True)
    first, end = (np.searchsorted(rows.days[priced], edge) for edge in (days - PEERS_SPAN, days))
    size = end - first
    if not size.any():
        return crowd
    position = np.arange(size.max())
    inside = position < size[:, np.newaxis]
    members = priced[np.where(inside, first[:, np.newaxis] + position, 0)]
    ascending = np.sort(np.where(inside, ratio[members], np.inf), axis=1)
    low, middle, high = (_quantile(ascending, size, share)[day_of] for share in (0.25, 0.5, 0.75))
    crowd.median[wanted], crowd.quartile_range[wanted] = middle, high - low
    firms = np.sort(np.where(inside, rows.firms[members], -1), axis=1)
    is_new_firm = np.diff(firms, axis=1, prepend=-1) != 0
    crowd.is_known[wanted] = (is_new_firm.sum(axis=1) >= MIN_PEERS)[day_of]
    return crowd


def _quantile(ascending: Floats, size: NDArray[np.int64], share: float) -> Floats:
    """Return the quantile of the first `size` values of each row, linear between two of them; NaN of none."""
    at = share * np.maximum(size - 1, 0)
    below, line = np.floor(at).astype(int), np.arange(len(size))
    low, high = ascending[line, below], ascending[line, np.ceil(at).astype(int)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size > 0, low + (at - below) * (high - low), np.nan)


def _row_before(rows: RatingRows, values: Floats) -> tuple[Floats, Days]:
    """Return value and day of the firm's last row of an earlier day with a value."""
    position = np.arange(len(values))
    known = np.maximum.accumulate(np.where(np.isnan(values), -1, position))
    is_first = np.r_[True, (rows.firms[1:] != rows.firms[:-1]) | (rows.days[1:] != rows.days[:-1])]
    first_of_day = np.maximum.accumulate(np.where(is_first, position, 0))
    before = np.where(first_of_day > 0, known[first_of_day - 1], -1)
    exists = (before >= 0) & (rows.firms[before] == rows.firms)
    never = np.array("NaT", rows.days.dtype)
    return np.where(exists, values[before], np.nan), np.where(exists, rows.days[before], never)
