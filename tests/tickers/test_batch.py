"""Tests of batches: work on many tickers, of which some fail."""

from __future__ import annotations

import logging
import threading

import pytest

from market.errors import UnknownSymbol
from tickers.batch import FailedTicker, run_as_completed, run_in_order


def fail_if_unknown(symbol: str) -> str:
    if symbol == "XYZQ":
        raise UnknownSymbol(symbol)
    return symbol


def test_a_failed_ticker_is_named_and_the_rest_continues():
    assert list(run_in_order(fail_if_unknown, ["CIFR", "XYZQ", "CLSK"])) == [
        "CIFR",
        FailedTicker("XYZQ", "XYZQ: Yahoo Finance knows no such symbol"),
        "CLSK",
    ]


def test_results_as_completed_carry_their_symbol():
    results = dict(run_as_completed(fail_if_unknown, ["CIFR", "XYZQ"]))
    assert results == {"CIFR": "CIFR", "XYZQ": FailedTicker("XYZQ", "XYZQ: Yahoo Finance knows no such symbol")}


def test_fault_of_this_program_fails_one_ticker_and_is_logged(caplog):
    caplog.set_level(logging.INFO)

    def work(symbol: str) -> str:
        if symbol == "HUGE":
            raise OverflowError("cannot convert float infinity to integer\nat all")
        return symbol

    reason = (
        "HUGE: its figures could not be worked with (OverflowError: cannot convert float infinity to integer at all)"
    )
    symbols = ["CIFR", "HUGE", "CLSK"]
    assert list(run_in_order(work, symbols)) == ["CIFR", FailedTicker("HUGE", reason), "CLSK"]
    assert dict(run_as_completed(work, symbols))["HUGE"] == FailedTicker("HUGE", reason)
    assert [record.exc_info[0] for record in caplog.records] == [OverflowError] * 2


def test_exception_that_concerns_all_tickers_ends_the_run():
    tried = []

    def work(symbol: str) -> str:
        tried.append(symbol)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run_in_order(work, [f"T{number}" for number in range(100)], jobs=2, endings=(ZeroDivisionError,)))
    assert len(tried) < 10


def test_work_runs_in_other_threads():
    threads = set()
    list(run_in_order(lambda symbol: threads.add(threading.get_ident()), ["CIFR", "CLSK"]))
    assert threading.get_ident() not in threads
