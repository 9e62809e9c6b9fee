"""Yahoo's recorded ratings and prices of GOOGL, as the project's types; skips the test if they are missing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest

from indicators.analysts.split_adjustment import AdjustedTarget, adjust_for_splits
from market import PriceTarget
from tests.support.paths import MARKET_DATA

SPLITS = pd.Series([20.0], index=pd.DatetimeIndex(["2022-07-18"], name="date"))
ACTIONS = {
    "main": "reiterated",
    "reit": "reiterated",
    "up": "upgraded",
    "down": "downgraded",
    "init": "initiated",
}


def skip_without_market_data() -> None:
    if not MARKET_DATA.is_dir():
        pytest.skip("the recorded market data (../shared/market-data) is not on this machine")


@cache
def feed() -> list[dict[str, Any]]:
    """Return the rows as Yahoo sent them, newest first."""
    skip_without_market_data()
    body = json.loads((MARKET_DATA / "yahoo" / "upgradeDowngradeHistory-GOOGL.json").read_text())
    history: list[dict[str, Any]] = body["quoteSummary"]["result"][0]["upgradeDowngradeHistory"]["history"]
    return history


def day_of(row: dict[str, Any]) -> date:
    """Return the day, in UTC, of one of Yahoo's rows."""
    return datetime.fromtimestamp(row["epochGradeDate"], UTC).date()


@cache
def targets() -> tuple[PriceTarget, ...]:
    """Return the same rows as PriceTargets, with the figures as published, including 0.0."""
    return tuple(
        PriceTarget(
            symbol="GOOGL",
            firm=row["firm"],
            date=day_of(row),
            target=row["currentPriceTarget"],
            prior_target=row["priorPriceTarget"],
            rating=row["toGrade"] or None,
            prior_rating=row["fromGrade"] or None,
            action=ACTIONS[row["action"]],  # type: ignore[arg-type]
        )
        for row in feed()
    )


@cache
def bars() -> pd.DataFrame:
    """Return daily bars adjusted for splits: index `date`, columns `open high low close volume`."""
    skip_without_market_data()
    frame = pd.read_csv(MARKET_DATA / "prices" / "GOOGL.csv", parse_dates=["Date"], index_col="Date")
    return frame.rename(columns=str.lower).rename_axis("date")[["open", "high", "low", "close", "volume"]]


@cache
def adjusted_targets() -> tuple[AdjustedTarget, ...]:
    """Return the targets in the split basis of `bars`."""
    return adjust_for_splits(targets(), bars()["close"], SPLITS)
