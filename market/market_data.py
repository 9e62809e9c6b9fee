"""What is known of one symbol: bars, targets, and in sentences what could not be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from market.price_history import PriceHistory
from market.price_target import PriceTarget

if TYPE_CHECKING:
    from market.yahoo.client import YahooConsensus


@dataclass(frozen=True)
class MarketData:
    """Bars and targets of one symbol; `notices` says in sentences what could not be had.

    `targets_known`: False where targets were never had, so that none of them says nothing.

    `stale`: Yahoo has newer bars than these, or would not say. `asked_again_at`: when it will be asked after it
    failed, UTC; None where it did not.
    """

    history: PriceHistory
    targets: tuple[PriceTarget, ...]
    consensus: YahooConsensus | None = None
    notices: tuple[str, ...] = ()
    stale: bool = False
    asked_again_at: datetime | None = None
    targets_known: bool = True
