"""Time reading one ticker's five years of bars from the store, and from a table with one row a day."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from benchmarks.timing import fastest_seconds, report
from market import PriceHistory
from market.store.store import Store
from tests.support.generated_bars import walk

FIVE_YEARS = 1_260  # daily bars
TICKERS = 200
GOAL_READ_MS = 2.0


def main() -> int:
    bars = walk(FIVE_YEARS)
    with tempfile.TemporaryDirectory(prefix="levelboard-") as folder:
        store = Store(str(Path(folder) / "levels.db"))
        for number in range(TICKERS):
            store.save_history(PriceHistory(f"S{number}", "", "USD", bars, fetched_at=datetime.now(UTC)))
        with closing(sqlite3.connect(Path(folder) / "rows.db")) as connection:
            for number in range(TICKERS):
                bars.assign(symbol=f"S{number}").to_sql("bars", connection, if_exists="append")
            connection.execute("CREATE INDEX of_symbol ON bars (symbol, date)")
            connection.commit()
            read_ms = 1e3 * fastest_seconds(lambda: store.history("S100"), 200)
            rows_ms = 1e3 * fastest_seconds(lambda: _read_rows("S100", connection), 50)
        write_ms = 1e3 * fastest_seconds(lambda: store.save_history(PriceHistory("S100", "", "USD", bars)), 50)
        size_kb = (Path(folder) / "levels.db").stat().st_size / TICKERS / 1e3
        store.close()
    met = report(
        "reading one of 200 tickers, 1,260 daily bars (goal: 2 ms)", f"{read_ms:.2f} ms", read_ms <= GOAL_READ_MS
    )
    report("the same from one row a day, by pandas.read_sql", f"{rows_ms:.2f} ms")
    report("times as long from one row a day", f"{rows_ms / read_ms:.1f}")
    report("writing one ticker, without waiting for the disk", f"{write_ms:.2f} ms")
    report("space on disk, per ticker", f"{size_kb:.0f} kB")
    return 0 if met else 1


def _read_rows(symbol: str, connection: sqlite3.Connection) -> pd.DataFrame:
    query = "SELECT date, open, high, low, close, volume FROM bars WHERE symbol = ? ORDER BY date"
    return pd.read_sql(query, connection, params=(symbol,), index_col="date", parse_dates=["date"])


if __name__ == "__main__":
    sys.exit(main())
