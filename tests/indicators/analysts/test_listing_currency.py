"""Targets in the unit that their share is quoted in, and those that are in none of its units."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.analysts.listing_currency import in_listing_currency
from market import PriceTarget


@pytest.mark.parametrize(
    ("currency", "listing", "figures"),
    [
        (None, "GBp", (15.5, 12.0, None)),
        ("USD", "USD", (15.5, 12.0, None)),
        ("GBP", "GBp", (1550.0, 1200.0, None)),
        ("GBX", "GBP", (0.155, 0.12, None)),
        ("GBX", "GBp", (15.5, 12.0, None)),
        ("KWD", "KWF", (15500.0, 12000.0, None)),
        ("EUR", "GBp", (15.5, 12.0, "EUR")),
        ("GBP", "", (15.5, 12.0, "GBP")),
    ],
)
def test_a_target_comes_into_the_unit_of_its_listing(
    currency: str | None, listing: str, figures: tuple[float, float, str | None]
) -> None:
    row = PriceTarget("X", "Alder", date(2025, 11, 24), 15.5, 12.0, currency=currency)
    found = in_listing_currency(row, listing)
    assert (found.target, found.prior_target, found.currency) == pytest.approx(figures)
    bare = in_listing_currency(PriceTarget("X", "Alder", row.date, None, currency=currency), listing)
    assert (bare.target, bare.prior_target) == (None, None)
