"""Each firm's record as the picture shows it."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pandas as pd
import pytest

from charts.palette import PALETTES
from charts.track_record_chart import track_record_figure, track_record_height
from indicators.analysts.track_record import TrackRecord, target_outcomes, track_record
from market import PriceTarget

START = date(2023, 1, 2)
AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def record() -> TrackRecord:
    """«Always» and «Never» gave forty targets each, «Mixed» six, «Few» too few to rank."""
    closes = pd.Series([10.0, *[12.0] * 400], index=pd.bdate_range(START, periods=401, name="date"))
    bars = pd.DataFrame({"open": closes, "high": closes, "low": closes, "close": closes, "volume": 1.0})
    rows = [
        PriceTarget("X", firm, START + timedelta(days=day), target)
        for firm, target, count in (("Always", 12.0, 40), ("Never", 99.0, 40), ("Mixed", 12.0, 3), ("Few", 12.0, 4))
        for day in range(count)
    ] + [PriceTarget("X", "Mixed", START + timedelta(days=day), 99.0) for day in range(3)]
    found = track_record(target_outcomes(rows, bars, AS_OF))
    assert found is not None
    return found


def words(figure) -> str:
    return " | ".join(
        html.unescape(re.sub(r"<[^>]*>", " ", annotation.text)) for annotation in figure.layout.annotations
    )


def marks(figure):
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_marks_and_bars_stand_at_the_rates_and_their_intervals(record):
    figure = track_record_figure(record, record.firms, ["yahoo"], AS_OF)
    ranked = [firm for firm in record.firms if firm.ranked]
    assert [each.firm for each in ranked] == ["Always", "Mixed", "Never"]
    some_time, at_end = marks(figure)
    assert list(some_time.x) == pytest.approx([each.hit.pct for each in ranked])
    assert list(at_end.x) == pytest.approx([each.hit_at_end.pct for each in ranked])
    bars = [trace for trace in figure.data if trace.mode == "lines" and trace.xaxis == "x"]
    assert [tuple(bar.x) for bar in bars] == [(each.hit.low_pct, each.hit.high_pct) for each in ranked]


def test_only_an_interval_that_leaves_out_all_firms_rate_is_coloured_and_has_its_own_shape(record):
    some_time, _ = marks(track_record_figure(record, record.firms, ["yahoo"], AS_OF))
    palette = PALETTES["light"]
    assert list(some_time.marker.color) == [palette.rise, palette.kept, palette.fall]
    assert list(some_time.marker.symbol) == ["triangle-right", "circle", "triangle-left"]


def test_all_firms_and_the_study_are_named_with_their_rates(record):
    shown = words(track_record_figure(record, record.firms, ["yahoo"], AS_OF))
    everyone = record.everyone
    for said in (
        f"all firms {everyone.hit.pct:.0f}%",
        f"all firms {everyone.hit_at_end.pct:.0f}%",
        "study 64%",
        "study 38%",
        "90 targets whose twelve months had run by 31 Dec 2025",
        "Always   40",
    ):
        assert said in shown
    assert "Few" not in shown


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_is_opaque_and_a_sample_is_called_one(record, theme):
    figure = track_record_figure(record, record.firms, ["sample"], AS_OF, theme)
    assert figure.layout.paper_bgcolor == PALETTES[theme].ground
    assert words(figure).count("Constructed sample, not market prices") == 2
    assert figure.layout.height == track_record_height(record.firms)
