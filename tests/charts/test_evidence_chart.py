"""The picture of the evidence: its figures are those measured, its text says what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from charts.evidence_chart import MIN_CASES, evidence_figure
from charts.palette import Theme
from indicators import analyse
from indicators.odds.evidence import Evidence, measure_evidence
from indicators.odds.level_holds import Holds
from market import PriceHistory
from tests.support.generated_bars import walk

DAY = date(2025, 11, 24)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return measure_evidence(analyse(PriceHistory("X", "X", "USD", walk(700))))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_stand_at_what_was_said_and_what_came(evidence: Evidence, theme: Theme) -> None:
    figure = evidence_figure(evidence, "X", ["yahoo"], DAY, theme)
    shown = [one for one in evidence.touch_63 if one.count >= MIN_CASES]
    assert list(figure.data[0].x) == [one.said_pct for one in shown]
    assert list(figure.data[0].y) == [one.touched_pct for one in shown]
    assert f"{shown[0].touched:,} of {shown[0].count:,} came" in figure.data[0].hovertext[0]


def test_each_kind_has_its_share_beside_its_peers(evidence: Evidence) -> None:
    figure = evidence_figure(evidence, "X", ["yahoo"], DAY)
    kinds = [kind for kind in evidence.kinds if kind.real.count]
    assert list(figure.data[-1].x) == [pytest.approx(100.0 * kind.real.held / kind.real.count) for kind in kinds]
    peers = [kind.shifted for kind in kinds if kind.shifted.count]
    assert list(figure.data[-2].x) == [pytest.approx(100.0 * peer.held / peer.count) for peer in peers]


def test_kinds_without_visits_are_left_out(evidence: Evidence) -> None:
    bare = replace(evidence, kinds=tuple(replace(kind, real=Holds()) for kind in evidence.kinds))
    assert list(evidence_figure(bare, "X", ["yahoo"], DAY).data[-1].x) == []


def test_text_names_what_was_measured_and_escapes_it(evidence: Evidence) -> None:
    notes = " ".join(note.text for note in evidence_figure(evidence, "<b>X", ["sample"], DAY).layout.annotations)
    assert "&#60;b&#62;X, daily bars up to 24 Nov 2025" in notes or "&lt;b&gt;X, daily bars up to 24 Nov 2025" in notes
    assert "Demo data" in notes and "Levelboard" in notes
