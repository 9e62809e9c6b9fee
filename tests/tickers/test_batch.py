"""Tests of batches: work on many tickers, of which some fail."""

from __future__ import annotations

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


def test_any_other_exception_ends_the_run():
    tried = []

    def work(symbol: str) -> str:
        tried.append(symbol)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run_in_order(work, [f"T{number}" for number in range(100)], jobs=2))
    assert len(tried) < 10


def test_work_runs_in_other_threads():
    threads = set()
    list(run_in_order(lambda symbol: threads.add(threading.get_ident()), ["CIFR", "CLSK"]))
    assert threading.get_ident() not in threads
