"""Viewers of the same ticker share its analysis and what is drawn of it; nobody gets another's."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date as Date

import pytest
import streamlit as st

from charts.options import DEFAULT_OVERLAYS, Overlay, Period
from indicators.analysis import Analysis
from indicators.summary.summary import read_sentences
from market import PriceTarget
from market.market_data import MarketData
from market.sources import fetch
from market.symbols import parse_symbol
from tickers.request import analyse_market_data
from ui.loading.shared_views import draws_once, shared_analysis, shared_sentences

DAY = Date(2025, 11, 24)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def data_of(ticker: str = "CIFR") -> MarketData:
    """Return the sample's data as another viewer has it: equal, but not the same objects."""
    data: MarketData = pickle.loads(pickle.dumps(fetch(parse_symbol(ticker), "sample")))
    return data


def analysis_of(data: MarketData, as_of: Date | None = DAY) -> Analysis:
    return shared_analysis(data, as_of, "linear", "1d")


def test_equal_data_are_analyzed_once() -> None:
    first = analysis_of(data_of())
    assert analysis_of(data_of()) is first
    assert pickle.dumps(first) == pickle.dumps(analyse_market_data(data_of(), DAY, "linear", "1d"))


def changed_close(data: MarketData) -> MarketData:
    bars = data.history.bars.copy()
    bars.iloc[-1, bars.columns.get_loc("close")] *= 1.001
    return replace(data, history=replace(data.history, bars=bars))


def with_own_target(data: MarketData) -> MarketData:
    return replace(data, targets=(*data.targets, PriceTarget("CIFR", "Me", DAY, 18.0, source="own")))


@pytest.mark.parametrize(
    "change",
    [changed_close, with_own_target, lambda data: replace(data, notices=("Yahoo is away.",))],
    ids=["a price", "a private target", "a notice"],
)
def test_other_data_are_analyzed_by_themselves(change: Callable[[MarketData], MarketData]) -> None:
    first, other = analysis_of(data_of()), analysis_of(change(data_of()))
    assert other is not first
    assert pickle.dumps(other) == pickle.dumps(analyse_market_data(change(data_of()), DAY, "linear", "1d"))


def test_another_day_is_analyzed_by_itself() -> None:
    assert analysis_of(data_of(), Date(2025, 11, 3)).as_of == Date(2025, 11, 3)
    assert analysis_of(data_of(), DAY).as_of == DAY


def test_the_summary_is_written_once() -> None:
    analysis = analysis_of(data_of())
    assert shared_sentences(analysis) is shared_sentences(analysis)
    assert shared_sentences(analysis) == read_sentences(analysis)


def test_each_way_of_seeing_a_ticker_is_drawn_once() -> None:
    drawn: list[tuple[str, str]] = []

    @draws_once
    def draw(analysis: Analysis, period: Period, overlays: frozenset[Overlay]) -> None:
        drawn.append((analysis.symbol, period))

    draw(analysis_of(data_of()), "1y", DEFAULT_OVERLAYS)
    draw(analysis_of(data_of()), "1y", DEFAULT_OVERLAYS)
    assert drawn == [("CIFR", "1y")]
    draw(analysis_of(data_of()), "6m", DEFAULT_OVERLAYS)
    draw(analysis_of(data_of()), "6m", DEFAULT_OVERLAYS - {"emas"})
    draw(analysis_of(data_of("CLSK")), "6m", DEFAULT_OVERLAYS)
    assert drawn[1:] == [("CIFR", "6m"), ("CIFR", "6m"), ("CLSK", "6m")]


def test_two_functions_do_not_draw_each_other() -> None:
    drawn: list[str] = []

    @draws_once
    def draw_table(analysis: Analysis) -> None:
        drawn.append("table")

    @draws_once
    def draw_picture(analysis: Analysis) -> None:
        drawn.append("picture")

    draw_table(analysis_of(data_of()))
    draw_picture(analysis_of(data_of()))
    assert drawn == ["table", "picture"]


def test_a_drawing_is_never_taken_for_that_of_a_later_analysis_at_the_same_address() -> None:
    drawn: list[str] = []

    @draws_once
    def draw(analysis: Analysis) -> None:
        drawn.append(analysis.symbol)

    for ticker in ("CIFR", "CLSK", "IREN", "MARA", "RIOT"):
        draw(analyse_market_data(data_of(ticker), DAY, "linear"))
        gc.collect()
    assert drawn == ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
