"""A program that checks alerts, to be killed by its test, and the folder of prices that it checks.

For each line on standard input it forks a process that prints "started PID" and checks once; when that process ends it
prints "ended SENT", the number of alerts that it sent as far as it got to say so.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from alerts import sending
from alerts.check import check_alerts
from alerts.kept_rules import save_rule
from alerts.rules import AlertRule, Threshold

SYMBOL = "WALK"
PRICE = 10.0  # at which the last bar trades, and no other


def write_prices(folder: Path) -> None:
    """Write bars up to today, of which only the last trades at `PRICE`."""
    days = pd.date_range(end=datetime.now(UTC).date(), periods=40, name="date")
    bars = pd.DataFrame({"open": 9.0, "high": 9.5, "low": 8.5, "close": 9.0, "volume": 1_000.0}, index=days)
    bars.iloc[-1, :4] = [9.0, 10.5, 9.0, 10.2]
    bars.to_csv(folder / f"{SYMBOL}.csv")


def make_rule(name: str, *destinations: str) -> AlertRule:
    """Make a rule that fires on the prices of `write_prices`."""
    today = datetime.now(UTC).date()
    threshold = Threshold(PRICE, "price")
    return save_rule(
        AlertRule(name, ("price_reached",), (SYMBOL,), threshold=threshold, destinations=destinations, basis_day=today),
        "",
    )


def main() -> None:
    sending._apprise()  # loaded once, not by each process
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.write(1, f"started {os.getpid()}\n".encode())
            done = check_alerts("files", lambda symbol, person: ())
            os.write(1, f"sent {len(done.sent)}\n".encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b"ended 0\n")


if __name__ == "__main__":
    main()
