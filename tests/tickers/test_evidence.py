"""The evidence of a ticker is measured once, and again when bars, targets or the measurement change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.odds.evidence import Evidence, measure_evidence
from market import PriceHistory, PriceTarget
from market.store.store import get_store
from tests.support.generated_bars import walk
from tickers import evidence as module
from tickers.evidence import evidence_key, evidence_of

BARS = walk(300)
LAST = BARS.index[-1].date()


def analysis(price: float | None = None, firm: str = "Alder", source: str = "yahoo", sessions: int = 300) -> Analysis:
    bars = BARS.iloc[:sessions].copy()
    if price is not None:
        bars.iloc[40, 3] = price
    return analyse(PriceHistory("X", "X", "USD", bars, source=source), [PriceTarget("X", firm, LAST, 50.0)], LAST)


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Analysis]]:
    """Every analysis that is measured, with a store of this test."""
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "levels.db"))
    calls: list[Analysis] = []

    def note(known: Analysis) -> Evidence:
        calls.append(known)
        return measure_evidence(known)

    monkeypatch.setattr(module, "measure_evidence", note)
    yield calls
    get_store().close()


def test_second_look_reads_the_store(measured: list[Analysis]) -> None:
    first, second = evidence_of(analysis()), evidence_of(analysis())
    assert first == second == measure_evidence(analysis())
    assert len(measured) == 1


def test_key_depends_on_all_that_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {evidence_key(one) for one in (analysis(), analysis(41.0), analysis(firm="Birch"), analysis(source="files"))}
    monkeypatch.setattr(module, "VERSION", 99)
    keys |= {evidence_key(analysis()), evidence_key(analysis(sessions=299))}
    assert len(keys) == 6


@pytest.mark.parametrize("body", ["{", "[]", '{"kinds": []}'])
def test_damaged_evidence_is_measured_again(measured: list[Analysis], body: str) -> None:
    get_store().save_measurement("X", evidence_key(analysis()), body)
    assert evidence_of(analysis()) == evidence_of(analysis())
    assert len(measured) == 1
