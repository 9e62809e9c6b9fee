"""The changes of many tickers: from the store on every core, fetched where that is not fresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from alerts.many_tickers import FEW_TICKERS, ChangesRequest, TickerChanges, changes_of_many, stored_changes
from alerts.recent_changes import recent_changes
from market.sample import sample
from market.sources import fetch
from market.store.store import Store
from market.symbols import Symbol
from tickers.batch import FailedTicker

NOTE_DAY = date(2025, 11, 24)
SAMPLE = ChangesRequest("sample", NOTE_DAY)


def test_each_ticker_has_its_changes():
    (result,) = changes_of_many([Symbol("CIFR")], SAMPLE)
    assert isinstance(result, TickerChanges)
    assert result.changes == recent_changes(fetch(Symbol("CIFR"), "sample"), NOTE_DAY).changes


def test_a_ticker_that_fails_says_why_and_the_others_go_on():
    results = list(changes_of_many([Symbol("NVDA"), Symbol("CIFR")], SAMPLE))
    assert [type(result) for result in results] == [FailedTicker, TickerChanges]


@pytest.mark.slow
def test_many_tickers_give_the_same_as_few():
    symbols = [Symbol(symbol) for symbol in ("CIFR", "CLSK", "IREN", "MARA", "RIOT")] * (FEW_TICKERS // 5 + 1)
    assert list(changes_of_many(symbols, SAMPLE))[:5] == list(changes_of_many(symbols[:5], SAMPLE))


def test_what_is_stored_counts_if_it_reaches_the_as_of_day_or_is_fresh(own_store: Path):
    store = Store(str(own_store))
    store.save_history(replace(sample.history("CIFR"), source="yahoo"))
    last = sample.history("CIFR").bars.index[-1].date()
    assert stored_changes(Symbol("CIFR"), ChangesRequest(as_of=last)) is not None
    assert stored_changes(Symbol("CIFR"), ChangesRequest(as_of=last + timedelta(days=30))) is None
    assert stored_changes(Symbol("CIFR"), ChangesRequest()) is None, "it was fetched long ago"
    assert stored_changes(Symbol("MARA"), ChangesRequest(as_of=last)) is None
    store.close()
