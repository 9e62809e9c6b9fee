"""Rows of the store become what they were made of."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from market import PriceHistory
from market.events.company_events import Dividend
from market.store.rows import history_from_row, history_to_row
from tests.support.generated_bars import walk


def history(symbol: str, **known: Any) -> PriceHistory:
    bars = walk(5, 7).set_axis(pd.bdate_range("2025-11-17", periods=5, name="date"))
    return PriceHistory(symbol, "Name", "USD", bars, **known)


def test_what_decides_the_format_of_prices_is_kept() -> None:
    row = SimpleNamespace(**history_to_row(history("GBPUSD=X", instrument="exchange rate", price_hint=4)))
    again = history_from_row(cast(Any, row))
    assert (again.instrument, again.price_hint) == ("exchange rate", 4)


def test_dividends_are_kept() -> None:
    paid = (Dividend(date(2025, 11, 18), 0.1), Dividend(date(2025, 11, 20), 1 / 3))
    row = SimpleNamespace(**history_to_row(history("KO", dividends=paid)))
    assert history_from_row(cast(Any, row)).dividends == paid


def test_dividends_of_a_row_without_them_are_unknown() -> None:
    row = SimpleNamespace(**history_to_row(history("KO")))
    about = json.loads(row.about)
    del about["dividends"]
    row.about = json.dumps(about)
    again = history_from_row(cast(Any, row))
    assert again.dividends is None
    assert history_from_row(cast(Any, SimpleNamespace(**history_to_row(again)))).dividends is None


@pytest.mark.parametrize(("symbol", "instrument"), [("GBPUSD=X", "exchange rate"), ("^GSPC", "index"), ("CIFR", "")])
def test_row_of_an_earlier_version_is_read_by_its_symbol(symbol: str, instrument: str) -> None:
    row = SimpleNamespace(**history_to_row(history(symbol)))
    about = json.loads(row.about)
    del about["instrument"], about["price_hint"]
    row.about = json.dumps(about)
    again = history_from_row(cast(Any, row))
    assert (again.instrument, again.price_hint) == (instrument, None)
