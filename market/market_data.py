"""What a source knows of one symbol: bars, targets, and in sentences what is missing or old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from market.events.company_events import EarningsDates
from market.price_history import PriceHistory
from market.price_target import PriceTarget


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
    fetched, so that an empty `targets` means nothing. `stale`: the source has newer bars, or may have. `age_notice`:
    for stale data, a sentence that says when it was fetched. `retry_at`: when the source is tried again after
    a failure, UTC; None where nothing failed. `earnings`: None where the source knows none, or has not been asked yet;
    dividends and splits are in the history.
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
