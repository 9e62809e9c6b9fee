"""A scan reports the age of outdated data, as the page and an export do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import date as Date
from typing import Any

import pytest

import levelboard
from indicators.analysis import Analysis
from market.sample import sample
from market.store.store import get_store
from market.symbols import Symbol
from tickers.batch import FailedTicker
from tickers.scan import ScanRequest, ScanResult, scan_stored


def store_sample(bars_age: timedelta, targets_age: timedelta | None) -> None:
    """Store the sample as if Yahoo had sent it that long ago; without targets where their age is None."""
    now = datetime.now(UTC)
    get_store().save_history(replace(sample.history("MARA"), fetched_at=now - bars_age))
    if targets_age is not None:
        get_store().save_targets("MARA", sample.targets("MARA"), Date(2025, 11, 24), now - targets_age)


@pytest.mark.parametrize(
    ("bars_age", "targets_age", "notice"),
    [
        (timedelta(days=3), timedelta(days=3), "Showing prices and analyst targets fetched 3 days ago."),
        (
            timedelta(days=9),
            timedelta(hours=7),
            "Showing prices fetched 9 days ago and analyst targets fetched 7 hours ago.",
        ),
        (timedelta(days=9), None, "Showing prices fetched 9 days ago; analyst targets were never fetched."),
    ],
)
def test_outdated_data_comes_with_its_age(
    capsys: pytest.CaptureFixture[str], bars_age: timedelta, targets_age: timedelta | None, notice: str
) -> None:
    store_sample(bars_age, targets_age)
    (result,) = scan_stored([Symbol("MARA")], jobs=1)
    assert isinstance(result, ScanResult)
    assert result.notices == (notice,)
    assert levelboard.main(["scan", "MARA", "--jobs", "1"]) == 0
    printed = capsys.readouterr()
    assert printed.err == f"MARA: {notice}\n"
    assert printed.out == f"{result.lines[0]}\n" and '"symbol": "MARA"' in printed.out


def test_fresh_data_and_data_that_reaches_the_as_of_day_come_without_notice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store_sample(timedelta(), timedelta())
    assert levelboard.main(["scan", "MARA", "--jobs", "1"]) == 0
    store_sample(timedelta(days=9), None)
    last = sample.history("MARA").bars.index[-1].date()
    assert levelboard.main(["scan", "MARA", "--jobs", "1", "--as-of", f"{last}"]) == 0
    assert capsys.readouterr().err == ""


def test_fault_of_this_program_fails_one_ticker_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(analysis: Analysis) -> dict[str, Any]:
        if analysis.symbol == "CLSK":
            raise OverflowError("too large")
        return {"price": float("inf") if analysis.symbol == "IREN" else 1.0}

    monkeypatch.setattr("tickers.scan.analysis_document", fail)
    results = list(scan_stored(["CIFR", "CLSK", "IREN", "MARA"], ScanRequest("sample"), jobs=1))
    assert [type(result) for result in results] == [ScanResult, FailedTicker, FailedTicker, ScanResult]
    overflow, not_json = (result for result in results if isinstance(result, FailedTicker))
    assert overflow.reason == "CLSK: its figures could not be worked with (OverflowError: too large)"
    assert not_json.reason.startswith("IREN: its figures could not be worked with (ValueError: ")
