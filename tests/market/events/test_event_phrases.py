"""Events in words."""

from __future__ import annotations

from datetime import date

import pytest

from market.events.company_events import CompanyEvent, Dividend, Earnings, Split
from market.events.event_phrases import event_phrase, ratio_text
from text.numbers import PriceFormat

DAY = date(2025, 11, 3)
DOLLARS, PENCE = PriceFormat("$"), PriceFormat("", "p")


@pytest.mark.parametrize(
    ("event", "written", "expected"),
    [
        (Dividend(DAY, 0.26), DOLLARS, "Dividend $0.26"),
        (Dividend(DAY, 0.2375), DOLLARS, "Dividend $0.2375"),
        (Dividend(DAY, 0.1928571428), DOLLARS, "Dividend $0.1929"),
        (Dividend(DAY, 12.0), PENCE, "Dividend 12.00p"),
        (Split(DAY, 20.0), DOLLARS, "Split 20:1"),
        (Split(DAY, 0.1), DOLLARS, "Reverse split 1:10"),
        (Earnings(DAY), DOLLARS, "Earnings"),
        (Earnings(DAY, 0.12), DOLLARS, "Earnings 0.12 a share"),
        (Earnings(DAY, None, 0.08), DOLLARS, "Earnings 0.08 expected"),
        (Earnings(DAY, -0.05, 0.08, -162.5), DOLLARS, "Earnings −0.05 a share, 0.08 expected (−162.5%)"),
    ],
)
def test_an_event_is_told_with_its_figures(event: CompanyEvent, written: PriceFormat, expected: str) -> None:
    assert event_phrase(event, written) == expected


@pytest.mark.parametrize(("ratio", "text"), [(1.5, "3:2"), (1 / 3, "1:3"), (1.05, "21:20"), (50.0, "50:1")])
def test_a_ratio_is_in_whole_shares(ratio: float, text: str) -> None:
    assert ratio_text(ratio) == text
