"""What was measured on the bars of a symbol and takes seconds, by a key of everything that it depends on."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from market.store.rows import to_utc_text
from market.store.schema import MEASUREMENTS

KEPT_PER_SYMBOL = 8  # the newest: as-of days and sources that someone has looked at


def read_measurement(connection: Connection, symbol: str, key: str) -> str | None:
    """Return the measurement saved under this key, or None."""
    table = MEASUREMENTS.c
    query = select(table.body).where(table.symbol == symbol, table.key == key)
    body: str | None = connection.execute(query).scalar_one_or_none()
    return body


def write_measurement(connection: Connection, symbol: str, key: str, body: str) -> None:
    """Save the measurement, and drop the oldest of the symbol beyond the 8 newest."""
    table, now = MEASUREMENTS.c, to_utc_text(datetime.now(UTC))
    connection.execute(delete(MEASUREMENTS).where(table.symbol == symbol, table.key == key))
    connection.execute(insert(MEASUREMENTS).values(symbol=symbol, key=key, measured_at=now, body=body))
    newest_first = select(table.key).where(table.symbol == symbol).order_by(table.measured_at.desc(), table.key)
    old = connection.scalars(newest_first).all()[KEPT_PER_SYMBOL:]
    connection.execute(delete(MEASUREMENTS).where(table.symbol == symbol, table.key.in_(old)))
