"""What a source knows of one symbol: bars, targets, and in sentences what is missing or old."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime

from market.clean_bars import BEYOND_MEDIAN, median_close
from market.events.company_events import EarningsDates
from market.price_history import PriceHistory
from market.price_target import NO_LOG, PriceTarget, TargetLog
from text.numbers import format_count


@dataclass(frozen=True)
class ReportedConsensus:
    """A source's own summary of the current targets, in the listing's currency; None where it gives no figure.

    `count`: how many analysts it counts.
    """

    mean: float | None
    median: float | None
    high: float | None
    low: float | None
    count: int | None = None


@dataclass(frozen=True)
class MarketData:
    """Bars and targets of one symbol.

    `notices`: sentences about what could not be fetched or read. `targets_known`: False where targets could not be
    fetched, so that an empty `targets` means nothing. `stale`: the source has newer bars, or may have;
    `targets_stale`: newer targets. `age_notice`: for stale data, a sentence that says when it was fetched. `retry_at`:
    when the source is tried again after a failure, UTC; None where nothing failed. `earnings`: None where the source
    knows none, or has not been asked yet; dividends and splits are in the history. `target_log`: when the source listed
    each target, as far as that is known.
    """

    history: PriceHistory
    targets: tuple[PriceTarget, ...]
    consensus: ReportedConsensus | None = None
    notices: tuple[str, ...] = ()
    stale: bool = False
    retry_at: datetime | None = None
    targets_known: bool = True
    age_notice: str | None = None
    earnings: EarningsDates | None = None
    target_log: TargetLog = NO_LOG
    targets_stale: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the source has nothing newer."""
        return not (self.stale or self.targets_stale)

    def is_outdated_on(self, as_of: Date | None) -> bool:
        """Return whether something newer may be missing from what is known on a day, None for the latest one.

        Bars that reach the day are complete, however long ago they were fetched.
        """
        reaches = as_of is not None and as_of <= self.history.bars.index[-1].date()
        return self.stale and not reaches

    def has_log_of(self, day: Date) -> bool:
        """Return whether it is known which targets the source listed on that day."""
        first = self.target_log.first_fetch
        return first is not None and day >= first

    def targets_on(self, as_of: Date | None) -> tuple[PriceTarget, ...]:
        """Return the targets as the source listed them on a day, and the user's own.

        The newest list for None, and for a day of which nothing else is known.
        """
        if as_of is None or not self.has_log_of(as_of):
            return self.targets
        own = (target for target in self.targets if target.source == "own")
        return (*self.target_log.known_on(as_of), *own)


def without_absurd_targets(data: MarketData) -> MarketData:
    """Return the data without target prices more than 1e9 times the median close, and with a notice that counts them.

    Where only the prior target is one, the row stays without it.
    """
    highest = median_close(data.history.bars) * BEYOND_MEDIAN
    sound = [_without_absurd_prices(row, highest) for row in data.targets]
    dropped = sum(after is not before for before, after in zip(data.targets, sound, strict=True))
    entries = [(entry, _without_absurd_prices(entry.row, highest)) for entry in data.target_log.entries]
    log = TargetLog(tuple(replace(entry, row=row) for entry, row in entries if row is not None))
    if not dropped and log == data.target_log:
        return data
    targets = f"{format_count(dropped, 'target')} more than a billion times the price"
    notice = f"{targets} {'was' if dropped == 1 else 'were'} left out"
    notices = (*data.notices, notice) if dropped else data.notices
    return replace(data, targets=tuple(filter(None, sound)), target_log=log, notices=notices)


def _without_absurd_prices(row: PriceTarget, highest: float) -> PriceTarget | None:
    if row.target is not None and row.target > highest:
        return None
    return replace(row, prior_target=None) if row.prior_target is not None and row.prior_target > highest else row
