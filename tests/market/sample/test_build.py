"""The constructed bars are the same bytes each time, look like bars of a market, and are not a copy of one."""

from __future__ import annotations

import filecmp

import numpy as np
import pandas as pd
import pytest

from market.sample import sample
from market.sample.build import FIRST_DAY, LAST_DAY, write_csv_files
from market.sample.nyse_days import sessions
from tests.support.real_prices import needs_real_prices, real_bars


@pytest.fixture(params=sample.SYMBOLS)
def bars(request: pytest.FixtureRequest) -> pd.DataFrame:
    return sample.history(request.param).bars


def test_build_writes_the_same_bytes_each_time(tmp_path):
    write_csv_files(tmp_path)
    names = [f"{symbol}.csv" for symbol in sample.SYMBOLS]
    assert filecmp.cmpfiles(tmp_path, sample.DATA_FOLDER, names, shallow=False) == (names, [], [])


@pytest.mark.parametrize("symbol", sample.SYMBOLS)
def test_files_begin_with_a_disclaimer(symbol):
    first_line = (sample.DATA_FOLDER / f"{symbol}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first_line == f"# {symbol}: constructed by market.sample.build, not market prices"


def test_bars_are_valid(bars):
    assert list(bars.columns) == ["open", "high", "low", "close", "volume"] and bars.index.name == "date"
    assert len(bars) > 1_260
    assert (bars > 0).all(axis=None)
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    prices = bars.drop(columns="volume")
    assert np.array_equal(prices, prices.round(2))
    assert (bars["volume"] % 100 == 0).all()


def test_bars_are_on_the_exchange_sessions(bars):
    assert (FIRST_DAY, LAST_DAY) == ("2020-07-01", "2025-11-24")
    assert bars.index.equals(sessions(FIRST_DAY, LAST_DAY))


def test_symbols_move_like_stocks_of_one_sector():
    closes = pd.DataFrame({symbol: sample.history(symbol).bars["close"] for symbol in sample.SYMBOLS})
    moves = np.log(closes).diff().dropna()
    correlations = moves.corr().to_numpy()[np.triu_indices(len(sample.SYMBOLS), 1)]
    assert correlations.min() > 0.3 and correlations.max() < 0.8
    assert (moves.kurt() > 1).all(), "the tails are not fatter than those of a normal distribution"
    assert (moves.abs().max() < 0.4).all()
    assert not ((closes.diff() == 0) & (closes.diff().shift() == 0) & (closes.diff().shift(2) == 0)).any(axis=None)


@needs_real_prices
@pytest.mark.parametrize("symbol", ["CIFR", "CLSK", "IREN"])
def test_bars_are_not_a_copy_of_market_prices(symbol):
    constructed, real = sample.history(symbol).bars["close"], real_bars(symbol)["close"]
    moves = pd.concat([np.log(constructed).diff(), np.log(real.where(real > 0)).diff()], axis=1, join="inner").dropna()
    for window in (moves, moves.iloc[-250:]):
        without_last_day = window.iloc[:-1]  # whose move is published, and therefore the same
        assert abs(np.corrcoef(without_last_day, rowvar=False)[0, 1]) < 0.25
    days = constructed.index.intersection(real.index)
    assert (abs(constructed[days] / real[days] - 1) < 0.01).mean() < 0.06
