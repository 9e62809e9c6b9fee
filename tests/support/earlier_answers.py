"""A store as Yahoo's earlier answers left it: prices and ratings of some days ago, and pauses after failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete

from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.store.schema import BACKOFFS
from market.store.store import Store
from tests.support.real_googl import day_of
from tests.support.replay_server import Listing


def store_older_bars(store: Store, known: Listing, days: int = 3) -> PriceHistory:
    """Store what Yahoo answered that many days ago, without the bars since, and return its prices."""
    fetched_at = datetime.now(UTC) - timedelta(days=days)
    bars = known.bars.iloc[:-days]
    history = PriceHistory(
        known.symbol, known.name, known.currency or "", bars, fetched_at=fetched_at, zone="America/New_York"
    )
    store.save_history(history)
    rows = tuple(_price_target(known.symbol, rating) for rating in known.ratings)
    store.save_targets(known.symbol, rows, fetched_at.date(), fetched_at, None)
    return history


def end_backoff(store: Store) -> None:
    """Behave as if the minutes were over in which Yahoo is not asked."""
    store.database.write(lambda connection: connection.execute(delete(BACKOFFS)))


def _price_target(symbol: str, row: dict[str, Any]) -> PriceTarget:
    return PriceTarget(
        symbol, row["firm"], day_of(row), row["currentPriceTarget"], row["priorPriceTarget"], row["toGrade"]
    )
