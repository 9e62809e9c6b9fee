"""Prices, percentages, counts and dates are formatted as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text import numbers

MONDAY = date(2025, 11, 24)


@pytest.mark.parametrize(
    ("price", "places"),
    [(16.77, 2), (1.0, 2), (0.9999, 4), (0.01, 4), (0.0099, 6), (9.966e-6, 9), (0.0, 2), (-3.0, 2), (1e6, 2)],
)
def test_price_decimals_grow_as_the_price_falls(price, places):
    assert numbers.price_decimals(price) == places


@pytest.mark.parametrize(
    ("currency", "text"),
    [
        ("USD", "$3,120.50"),
        ("EUR", "€3,120.50"),
        ("GBp", "3,120.50p"),
        ("GBX", "3,120.50p"),
        ("ZAc", "3,120.50c"),
        ("ILA", "3,120.50 ag."),
        ("USX", "3,120.50 cents"),
        ("CHF", "CHF 3,120.50"),
        ("HKD", "HK$3,120.50"),
        ("", "3,120.50"),
    ],
)
def test_price_in_its_currency(currency, text):
    assert numbers.PriceFormat(*numbers.currency_affixes(currency)).price(3120.5) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(18.0, "$18"), (17.5, "$17.50"), (0.5, "$0.5000"), (1234.0, "$1,234"), (66.666667, "$66.67"), (14.001, "$14")],
)
def test_target_has_cents_only_if_it_needs_them(value, text):
    assert numbers.PriceFormat("$").target(value) == text


@pytest.mark.parametrize(
    ("change", "signed", "whole", "unsigned"),
    [
        (18.5159, "+18.5%", "+19%", "18.5%"),
        (-4.04, "−4.0%", "−4%", "4.0%"),
        (0.04, "0.0%", "0%", "0.0%"),
        (-0.04, "0.0%", "0%", "0.0%"),
        (1234.56, "+1,234.6%", "+1,235%", "1,234.6%"),
    ],
)
def test_percent_with_and_without_its_sign(change, signed, whole, unsigned):
    assert numbers.format_percent(change) == signed
    assert numbers.format_whole_percent(change) == whole
    assert numbers.format_unsigned_percent(change) == unsigned


@given(st.floats(-1e6, 1e6))
def test_signed_and_unsigned_percent_round_alike(change):
    assert numbers.format_percent(change).lstrip("+−") == numbers.format_unsigned_percent(change)
    assert numbers.format_whole_percent(change).lstrip("+−") == numbers.format_unsigned_percent(change, 0)
    assert "-" not in numbers.format_percent(change) + numbers.format_signed_number(change)


@pytest.mark.parametrize(
    ("value", "text"),
    [(18.0, "18.00"), (1.185, "1.185"), (1.25e-5, "0.0000125"), (1234.5, "1,234.50"), (2e6, "2,000,000.00")],
)
def test_figure_as_entered_keeps_its_decimals(value, text):
    assert numbers.format_as_entered(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (12.0, "12"), (1500.0, "1,500"), (2e6, "2,000,000"), (1e-5, "0.00001")]
)
def test_general_number_has_no_exponent(value, text):
    assert numbers.format_general(value) == text


@pytest.mark.parametrize(("number", "text"), [(1.44, "+1.4"), (-0.31, "−0.3"), (0.04, "0.0"), (-0.04, "0.0")])
def test_signed_number_has_no_sign_at_zero(number, text):
    assert numbers.format_signed_number(number) == text


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        (0.0, "0"),
        (950.0, "950"),
        (12_345.0, "12.3K"),
        (999_600.0, "1M"),
        (4_560_000.0, "4.56M"),
        (1.2e9, "1.2B"),
        (2.5e15, "2,500T"),
        (0.5, "0.5"),
    ],
)
def test_volume_in_thousands_millions_and_billions(volume, text):
    assert numbers.format_volume(volume) == text


def test_date_in_full():
    assert numbers.format_day(date(2025, 3, 4)) == "4 Mar 2025"
    assert numbers.format_day_and_month(date(2025, 3, 4)) == "4 Mar"


@pytest.mark.parametrize(
    ("days_ago", "text"),
    [(0, "Monday"), (1, "Sunday"), (3, "Friday"), (4, "20 Nov"), (7, "17 Nov"), (365, "24 Nov 2024"), (-1, "25 Nov")],
)
def test_recent_day_on_a_monday(days_ago, text):
    assert numbers.format_recent_day(MONDAY - timedelta(days=days_ago), MONDAY) == text


@pytest.mark.parametrize(("days_ago", "text"), [(4, "Monday"), (5, "16 Nov"), (3, "Tuesday")])
def test_recent_day_on_a_friday(days_ago, text):
    friday = date(2025, 11, 21)
    assert numbers.format_recent_day(friday - timedelta(days=days_ago), friday) == text


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_weekday_name_means_the_latest_day_of_that_name(today, days_ago):
    text = numbers.format_recent_day(today - timedelta(days=days_ago), today)
    assert (days_ago < 7) or not text.isalpha()
    if text.isalpha():
        assert text == f"{today - timedelta(days=days_ago):%A}"


@pytest.mark.parametrize(("count", "text"), [(0, "0 firms"), (1, "1 firm"), (27, "27 firms"), (1204, "1,204 firms")])
def test_count_with_its_noun(count, text):
    assert numbers.format_count(count, "firm") == text


def test_date_range_is_one_date_if_first_and_last_are_the_same():
    friday = MONDAY - timedelta(days=3)
    assert numbers.format_date_range([MONDAY, friday, MONDAY]) == "21 Nov 2025 to 24 Nov 2025"
    assert numbers.format_date_range([MONDAY, MONDAY]) == "24 Nov 2025"


def test_a_target_beside_others_has_no_unit() -> None:
    written = numbers.PriceFormat("$", "", 2)
    assert (written.target_number(18.0), written.target_number(1017.5)) == ("18", "1,017.50")


def test_a_target_in_another_currency_has_that_currencys_sign() -> None:
    written = numbers.PriceFormat("$", "", 2)
    assert written.in_currency(None) == written
    assert written.in_currency("CNY").target(225.0) == "CN¥225"
    assert written.in_currency("GBp").target(225.0) == "225p"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (1e-9, "under 1%"), (0.0051, "1%"), (0.624, "62%"), (0.994, "99%"), (0.996, "over 99%"), (1, "100%")],
)
def test_share_in_percent_claims_neither_none_nor_all_unless_it_is(share, text):
    assert numbers.format_share(share) == text


@pytest.mark.parametrize(("ratio", "text"), [(0.04, "0.0"), (2.44, "2.4"), (9.96, "10"), (1234.5, "1,234")])
def test_ratio_has_a_decimal_below_ten(ratio, text):
    assert numbers.format_ratio(ratio) == text


def test_a_range_of_shares_is_one_share_where_both_are_written_alike():
    assert numbers.format_share_range(0.412, 0.523) == "41 to 52%"
    assert numbers.format_share_range(0.501, 0.504) == "50%"
    assert numbers.format_share_range(0.0, 1.0) == "0 to 100%"
