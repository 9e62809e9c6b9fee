"""Reported cases of analysts' targets: what a feed listed, loaded as the project's types."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from market import PriceHistory
from market.targets_csv import read_targets_csv
from tests.support.paths import MARKET_DATA
from tests.support.real_googl import skip_without_market_data

CASES = MARKET_DATA / "cases"


def feed_rows(case: str) -> list[dict[str, Any]]:
    """Return the rows of the case's ticker as Yahoo sends them; skips the test without the recorded data."""
    skip_without_market_data()
    (path,) = (CASES / case / "targets").glob("*.json")
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def own_rows(case: str) -> tuple[Any, ...]:
    """Return the rows of the case's file of own targets."""
    skip_without_market_data()
    return read_targets_csv((CASES / case / "own.csv").read_bytes()).rows


def history(case: str) -> PriceHistory:
    """Return the case's bars, with the splits that its prices list."""
    skip_without_market_data()
    (path,) = (CASES / case / "prices").glob("*.csv")
    table = pd.read_csv(path, parse_dates=["Date"], index_col="Date").rename(columns=str.lower).rename_axis("date")
    splits = table["stock splits"]
    bars = table[["open", "high", "low", "close", "volume"]].astype(float)
    return PriceHistory(path.stem, path.stem, "USD", bars, splits[splits > 0.0].astype(float))
