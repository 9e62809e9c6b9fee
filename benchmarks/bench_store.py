"""How long one ticker's five years of bars take out of the store, beside the same bars kept a row a day."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from benchmarks.timing import report, seconds
from market import PriceHistory
from market.store.store import Store
from tests.support.generated_bars import walk

FIVE_YEARS = 1_260
TICKERS = 200
READ_MS = 2.0


def main() -> int:
    bars = walk(FIVE_YEARS)
    with tempfile.TemporaryDirectory(prefix="levelboard-") as folder:
        store = Store(str(Path(folder) / "levels.db"))
        rows = Path(folder) / "rows.db"
        for number in range(TICKERS):
            store.save_history(PriceHistory(f"S{number}", "", "USD", bars, fetched_at=datetime.now(UTC)))
        with closing(sqlite3.connect(rows)) as connection:
            for number in range(TICKERS):
                bars.assign(symbol=f"S{number}").to_sql("bars", connection, if_exists="append")
            connection.execute("CREATE INDEX of_symbol ON bars (symbol, date)")
            connection.commit()
            read = 1e3 * seconds(lambda: store.history("S100"), 200)
            row_by_row = 1e3 * seconds(lambda: _rows_of("S100", connection), 50)
        kept = 1e3 * seconds(lambda: store.save_history(PriceHistory("S100", "", "USD", bars)), 50)
        size = (Path(folder) / "levels.db").stat().st_size / TICKERS / 1e3
        store.close()
    good = report("one of 200 tickers read, 1,260 daily bars (goal: 2 ms)", f"{read:.2f} ms", read <= READ_MS)
    report("the same, a row a day by pandas.read_sql", f"{row_by_row:.2f} ms")
    report("which is so many times as long", f"{row_by_row / read:.1f}")
    report("one ticker kept, without the waiting for the disk", f"{kept:.2f} ms")
    report("room on the disk", f"{size:.0f} kB a ticker")
    return 0 if good else 1


def _rows_of(symbol: str, connection: sqlite3.Connection) -> pd.DataFrame:
    query = "SELECT date, open, high, low, close, volume FROM bars WHERE symbol = ? ORDER BY date"
    return pd.read_sql(query, connection, params=(symbol,), index_col="date", parse_dates=["date"])


if __name__ == "__main__":
    sys.exit(main())
