"""Places of bars and lines on the date axis, for days, weeks and months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from charts.levels.chart import levels_figure
from charts.options import OVERLAYS
from charts.price_traces import bar_slots, line_name, session_after, session_breaks
from indicators import analyse
from indicators.analysis import Analysis
from indicators.intervals.bar_units import Interval
from market.sample import sample

LONGER: tuple[Interval, ...] = ("1wk", "1mo")


def analysis_of(symbol: str, interval: Interval) -> Analysis:
    return analyse(sample.history(symbol), sample.targets(symbol), interval=interval)


@pytest.mark.parametrize("interval", LONGER)
def test_a_longer_bar_has_the_whole_of_its_week_or_month(interval: Interval) -> None:
    figure = levels_figure(analysis_of("MARA", interval), "max", frozenset(OVERLAYS)).to_dict()
    over_time = [trace for trace in figure["data"] if trace.get("xaxis", "x") == "x"]
    assert len(over_time) > 8
    assert all(trace["xperiod"] == bar_slots(interval)["xperiod"] for trace in over_time)
    assert not any("xperiod" in trace for trace in figure["data"] if trace.get("xaxis", "x") != "x")
    assert not figure["layout"]["xaxis"].get("rangebreaks")


def test_a_day_is_at_its_place_between_closed_days() -> None:
    figure = levels_figure(analysis_of("MARA", "1d"), "3m", frozenset(OVERLAYS)).to_dict()
    assert not any("xperiod" in trace for trace in figure["data"])
    assert figure["layout"]["xaxis"]["rangebreaks"]


@pytest.mark.parametrize("interval", LONGER)
def test_a_line_passes_through_every_bar_at_its_own_price(interval: Interval) -> None:
    analysis = analysis_of("MARA", interval)
    line = analysis.leading[0]
    figure = levels_figure(analysis, "max")
    drawn = next(trace for trace in figure.data if trace.name == line_name(line, interval))
    bars = analysis.bars.index[analysis.bars.index >= pd.Timestamp(line.start)]
    days = pd.to_datetime(drawn.x, unit="ms")
    assert list(days[:-1]) == list(bars)
    steps = np.diff(np.array(drawn.y, dtype=float))
    assert steps[:-1] == pytest.approx(np.full(len(bars) - 1, line.slope)), "the same rise with each bar"
    assert days[-1] > bars[-1]


def test_the_title_and_the_footer_name_the_bars() -> None:
    def texts(interval: Interval) -> str:
        figure = levels_figure(analysis_of("MARA", interval)).to_dict()
        return "\n".join(annotation["text"] for annotation in figure["layout"]["annotations"])

    assert "Weekly levels and analyst targets as of 24 Nov 2025, week in progress" in texts("1wk")
    assert "on the week" in texts("1wk") and "over 283 weeks" in texts("1wk")
    assert "Monthly levels" in texts("1mo") and "month in progress" in texts("1mo")
    daily = texts("1d")
    assert "Levels and analyst targets as of 24 Nov 2025" in daily and "in progress" not in daily


def test_bars_after_the_last_one() -> None:
    days = pd.DatetimeIndex(["2025-11-26", "2025-11-28"])
    assert session_after(days, 2) == pd.Timestamp("2025-12-02")
    assert session_after(days, 2, "1wk") == pd.Timestamp("2025-12-12")
    assert session_after(days, 3, "1mo") == pd.Timestamp("2026-02-28")
    assert session_breaks(days, "1wk") == [] and session_breaks(days)


def test_the_weekly_support_is_laid_over_daily_bars() -> None:
    analysis = analysis_of("MARA", "1d")
    line = analysis.weekly_support
    assert line is not None and line.interval == "1wk"
    figure = levels_figure(analysis, "max", frozenset({"weekly"}))
    (drawn,) = (trace for trace in figure.data if trace.name == "Weekly support")
    days = pd.to_datetime(drawn.x, unit="ms")
    assert days[0].date() == line.start and drawn.y[0] == pytest.approx(line.value_at(line.start))
    assert days[-2] == analysis.bars.index[-1] and drawn.y[-2] == pytest.approx(line.value)
    (rings,) = (trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers")
    low = analysis.bars["low"]
    weeks = [low[touch - pd.Timedelta(days=4) : touch] for touch in map(pd.Timestamp, line.touches)]
    assert list(pd.to_datetime(rings.x, unit="ms")) == [week.idxmin() for week in weeks]
    assert list(rings.y) == [week.min() for week in weeks]
    assert any("Weekly support" in text.text for text in figure.layout.annotations)


def test_weekly_bars_have_their_support_line_once() -> None:
    analysis = analysis_of("MARA", "1wk")
    figure = levels_figure(analysis, "max", frozenset({"trendlines", "weekly"})).to_dict()
    names = [trace.get("name") for trace in figure["data"]]
    assert names.count("Tentative support") == 1 and "Weekly support" not in names
