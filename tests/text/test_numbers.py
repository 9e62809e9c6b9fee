"""Figures and days as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text import numbers

MONDAY = date(2025, 11, 24)


@pytest.mark.parametrize(
    ("price", "places"),
    [(16.77, 2), (1.0, 2), (0.9999, 4), (0.01, 4), (0.0099, 6), (0.0, 2), (-3.0, 2), (1e6, 2)],
)
def test_the_decimals_of_a_price(price, places):
    assert numbers.price_decimals(price) == places


@pytest.mark.parametrize(
    ("currency", "shown"),
    [
        ("USD", "$3,120.50"),
        ("EUR", "€3,120.50"),
        ("GBp", "3,120.50p"),
        ("GBX", "3,120.50p"),
        ("ZAc", "3,120.50c"),
        ("ILA", "3,120.50 ag."),
        ("CHF", "CHF 3,120.50"),
        ("HKD", "HK$3,120.50"),
        ("", "3,120.50"),
    ],
)
def test_a_price_in_its_currency(currency, shown):
    assert numbers.format_price(3120.5, currency, 2) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(18.0, "$18"), (17.5, "$17.50"), (0.5, "$0.5000"), (1234.0, "$1,234"), (66.666667, "$66.67"), (14.001, "$14")],
)
def test_a_target_has_cents_only_where_it_needs_them(value, shown):
    assert numbers.format_target(value, "USD") == shown


@pytest.mark.parametrize(
    ("change", "signed", "whole", "size"),
    [
        (18.5159, "+18.5%", "+19%", "18.5%"),
        (-4.04, "−4.0%", "−4%", "4.0%"),
        (0.04, "0.0%", "0%", "0.0%"),
        (-0.04, "0.0%", "0%", "0.0%"),
        (1234.56, "+1,234.6%", "+1,235%", "1,234.6%"),
    ],
)
def test_a_change_with_its_sign_and_without(change, signed, whole, size):
    assert (
        numbers.format_percent(change),
        numbers.format_whole_percent(change),
        numbers.format_unsigned_percent(change),
    ) == (
        signed,
        whole,
        size,
    )


@given(st.floats(-1e6, 1e6))
def test_sign_and_size_are_the_same_figure(change):
    assert numbers.format_percent(change).lstrip("+−") == numbers.format_unsigned_percent(change)
    assert numbers.format_whole_percent(change).lstrip("+−") == numbers.format_unsigned_percent(change, 0)
    assert "-" not in numbers.format_percent(change) + numbers.format_signed_number(change)


@pytest.mark.parametrize(("ranges", "shown"), [(1.44, "+1.4"), (-0.31, "−0.3"), (0.04, "0.0"), (-0.04, "0.0")])
def test_a_count_of_ranges(ranges, shown):
    assert numbers.format_signed_number(ranges) == shown


def test_a_day_in_full():
    assert numbers.format_day(date(2025, 3, 4)) == "4 Mar 2025"


@pytest.mark.parametrize(
    ("days_ago", "called"),
    [(0, "Monday"), (1, "Sunday"), (3, "Friday"), (4, "20 Nov"), (7, "17 Nov"), (365, "24 Nov 2024"), (-1, "25 Nov")],
)
def test_a_day_as_it_is_called_on_a_monday(days_ago, called):
    assert numbers.format_recent_day(MONDAY - timedelta(days=days_ago), MONDAY) == called


@pytest.mark.parametrize(("days_ago", "called"), [(4, "Monday"), (5, "16 Nov"), (3, "Tuesday")])
def test_a_day_as_it_is_called_on_a_friday(days_ago, called):
    friday = date(2025, 11, 21)
    assert numbers.format_recent_day(friday - timedelta(days=days_ago), friday) == called


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_a_weekday_means_the_last_one_of_that_name(today, days_ago):
    named = numbers.format_recent_day(today - timedelta(days=days_ago), today)
    assert (days_ago < 7) or not named.isalpha()
    if named.isalpha():
        assert named == f"{today - timedelta(days=days_ago):%A}"


@pytest.mark.parametrize(("value", "shown"), [(0, "0 firms"), (1, "1 firm"), (27, "27 firms"), (1204, "1,204 firms")])
def test_so_many_of_a_thing(value, shown):
    assert numbers.format_count(value, "firm") == shown


def test_days_are_the_first_and_the_last_of_them():
    friday = MONDAY - timedelta(days=3)
    assert numbers.format_date_range([MONDAY, friday, MONDAY]) == "21 Nov 2025 to 24 Nov 2025"
    assert numbers.format_date_range([MONDAY, MONDAY]) == "24 Nov 2025"
