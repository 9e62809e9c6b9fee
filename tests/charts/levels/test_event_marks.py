"""Marks of earnings, dividends and splits on the time axis, and the line at the next report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pandas as pd
import pytest

from charts.levels.chart import levels_figure
from charts.options import DEFAULT_OVERLAYS, Period
from indicators import analyse
from indicators.analysis import Analysis
from indicators.intervals.bar_units import Interval
from market.events.company_events import Dividend, Earnings, EarningsDates
from market.sample import sample

FETCHED = datetime(2025, 11, 24, 21, tzinfo=UTC)
REPORTS = (Earnings(date(2025, 8, 5), 0.12, 0.1, 20.0), Earnings(date(2025, 11, 1), -0.05, 0.08))
PAID = (Dividend(date(2025, 6, 10), 0.2375), Dividend(date(2025, 8, 6), 0.25), Dividend(date(2024, 1, 5), 0.2))


def analysis_with_events(
    upcoming: date | None = date(2025, 12, 2), interval: Interval = "1d", as_of: date | None = None, **known: Any
) -> Analysis:
    rows = REPORTS if upcoming is None else (*REPORTS, Earnings(upcoming, eps_estimate=0.11, **known))
    split = pd.Series([20.0], index=pd.DatetimeIndex(["2025-03-03"]))
    history = replace(sample.history("CIFR"), dividends=PAID, splits=split)
    return analyse(history, (), as_of, interval=interval, earnings=EarningsDates(rows, FETCHED))


def marks(analysis: Analysis, period: Period = "1y", **options: Any) -> dict[str, Any] | None:
    figure = levels_figure(analysis, period, **options).to_dict()
    return next((trace for trace in figure["data"] if trace.get("name") == "Events"), None)


def shown(trace: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """Return day, letter and figures of each mark, oldest first."""
    assert trace is not None
    days = pd.DatetimeIndex(trace["x"]).strftime("%Y-%m-%d")
    return sorted(zip(days, trace["text"], map(unescape, trace["hovertext"]), strict=True))


def line_at(analysis: Analysis) -> tuple[list[pd.Timestamp], list[str]]:
    """Return the days at which dashed lines stand, and what is written at them."""
    layout = levels_figure(analysis).to_dict()["layout"]
    days = [pd.Timestamp(shape["x0"]) for shape in layout["shapes"] if shape.get("yref") == "paper"]
    return days, [text["text"] for text in layout["annotations"] if text["text"].startswith("Earnings")]


def test_each_event_of_the_period_is_marked_with_its_figures() -> None:
    assert shown(marks(analysis_with_events())) == [
        ("2025-03-03", "S", "Split 20:1"),
        ("2025-06-10", "D", "Dividend $0.2375"),
        (
            "2025-08-06",
            "E",
            "Dividend $0.25<br>Earnings 0.12 a share, 0.10 expected (+20.0%) on 5 Aug 2025",
        ),
        ("2025-10-31", "E", "Earnings −0.05 a share, 0.08 expected on 1 Nov 2025"),
    ]


def test_a_week_and_a_month_have_one_mark_for_what_they_hold() -> None:
    weekly = shown(marks(analysis_with_events(interval="1wk")))
    assert ("2025-08-08", "E") in [mark[:2] for mark in weekly]
    monthly = shown(marks(analysis_with_events(interval="1mo"), "max"))
    assert [day for day, _, _ in monthly] == ["2024-01-31", "2025-03-31", "2025-06-30", "2025-08-29", "2025-10-31"]
    assert {day: text for day, _, text in monthly}["2024-01-31"] == "Dividend $0.20 on 5 Jan 2024"


def test_marks_never_cover_one_another() -> None:
    days = sample.history("CIFR").bars.index
    paid = tuple(Dividend(day.date(), 0.01) for day in days[::5])
    analysis = analyse(replace(sample.history("CIFR"), dividends=paid))
    for width in (340, 920, 1600):
        found = shown(marks(analysis, "max", width=width))
        rows = analysis.bars.index.searchsorted(pd.DatetimeIndex([day for day, _, _ in found]))
        plot = levels_figure(analysis, "max", width=width).to_dict()["layout"]["margin"]
        spacing = min(rows[1:] - rows[:-1]) * (width - plot["l"] - plot["r"]) / len(analysis.bars)
        assert spacing >= 14.5
        told = sum(text.count("Dividend") for _, _, text in found)
        untold = sum(int(count) for _, _, text in found for count in re.findall(r"and (\d+) more", text))
        assert told + untold == len(paid)


def test_a_past_day_has_only_the_events_up_to_it_and_no_next_report() -> None:
    past = analysis_with_events(as_of=date(2025, 8, 5))
    assert [(day, letter) for day, letter, _ in shown(marks(past))] == [
        ("2025-03-03", "S"),
        ("2025-06-10", "D"),
        ("2025-08-05", "E"),
    ]
    assert line_at(past) == ([], [])


def test_the_next_report_is_a_dashed_line() -> None:
    assert line_at(analysis_with_events()) == ([pd.Timestamp("2025-12-02")], ["Earnings 2 Dec"])
    guessed = analysis_with_events(day_is_estimate=True)
    assert line_at(guessed)[1] == ["Earnings about 2 Dec"]


def test_a_report_beyond_the_axis_is_pinned_at_its_end() -> None:
    (day,), texts = line_at(analysis_with_events(date(2026, 2, 24)))
    assert day < pd.Timestamp("2025-12-31") and texts == ["Earnings 24 Feb →"]


def test_without_events_or_their_overlay_there_is_no_mark() -> None:
    assert marks(analyse(sample.history("CIFR"))) is None
    hidden = DEFAULT_OVERLAYS - {"events"}
    assert marks(analysis_with_events(), overlays=hidden) is None
    layout = levels_figure(analysis_with_events(), overlays=hidden).to_dict()["layout"]
    assert not any(shape.get("yref") == "paper" for shape in layout["shapes"])


@pytest.mark.parametrize("overlays", [DEFAULT_OVERLAYS, DEFAULT_OVERLAYS - {"volume"}])
def test_marks_stand_on_the_time_axis_with_volume_and_without(overlays: frozenset[Any]) -> None:
    figure = levels_figure(analysis_with_events(), overlays=overlays).to_dict()
    axis = figure["layout"]["yaxis9"]
    below = figure["layout"][{"y": "yaxis", "y2": "yaxis2"}[axis["overlaying"]]]
    assert figure["layout"]["xaxis"]["anchor"] == axis["overlaying"]
    trace = marks(analysis_with_events(), overlays=overlays)
    assert trace is not None and set(trace["y"]) == {9.0}
    assert axis["range"][0] == 0.0 and below["domain"][1] - below["domain"][0] > 0.0
