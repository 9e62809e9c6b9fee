"""How figures are written, in one place: prices at their precision, percents with their sign."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date as Date

CURRENCY_SIGNS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "CN¥",
    "HKD": "HK$",
    "CAD": "C$",
    "AUD": "A$",
    "NZD": "NZ$",
    "SGD": "S$",
    "TWD": "NT$",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
    "ILS": "₪",
}
MINOR_UNIT_SUFFIXES = {"GBp": "p", "GBX": "p", "ZAc": "c", "ILA": " ag."}


def price_decimals(price: float) -> int:
    """Decimal places a price is quoted with: 2 from 1 up, 4 below, 6 below a cent, so that penny levels differ."""
    if price >= 1.0 or price <= 0.0:
        return 2
    return 4 if price >= 0.01 else 6


def format_number(value: float, places: int) -> str:
    """The bare number with thousands separated: 16.77, 3,120.00."""
    return f"{value:,.{places}f}"


def format_price(value: float, currency: str, places: int) -> str:
    """The number in its currency: $16.77, €3,120.00, 512.40p, CHF 88.10."""
    before, after = currency_affixes(currency)
    return before + format_number(value, places) + after


def currency_affixes(currency: str) -> tuple[str, str]:
    """What stands before a figure in this currency and what after it."""
    if currency in MINOR_UNIT_SUFFIXES:
        return "", MINOR_UNIT_SUFFIXES[currency]
    return CURRENCY_SIGNS.get(currency, f"{currency} " if currency else ""), ""


def format_target(value: float, currency: str) -> str:
    """A target as its firm writes it: $18, $17.50; cents only where it has them."""
    return format_price(value, currency, 0 if value >= 1 and round(value, 2) == round(value) else price_decimals(value))


def format_percent(value: float) -> str:
    """A signed change to one place: +18.6%, −4.0%; the sign is dropped where it rounds to nothing."""
    rounded = round(value, 1)
    return "0.0%" if rounded == 0 else f"{rounded:+,.1f}%".replace("-", "−")


def format_whole_percent(value: float) -> str:
    """A signed change without decimals, for narrow labels: +7%, −34%."""
    rounded = round(value)
    return "0%" if rounded == 0 else f"{rounded:+,d}%".replace("-", "−")


def format_unsigned_percent(change: float, places: int = 1) -> str:
    """How large a change is, for words that say which way it went: 18.6%."""
    return f"{abs(change):,.{places}f}%"


def format_signed_number(value: float) -> str:
    """A signed count of ATRs: +1.4, −0.3."""
    rounded = round(value, 1)
    return "0.0" if rounded == 0 else f"{rounded:+.1f}".replace("-", "−")


def format_count(value: int, noun: str) -> str:
    """So many of a thing, in figures: 1 firm, 27 firms, 1,204 targets."""
    return f"1 {noun}" if value == 1 else f"{value:,d} {noun}s"


def format_day(date: Date) -> str:
    """A day as a desk writes it: 24 Nov 2025. (`%-d` is unknown to Windows.)"""
    return f"{date.day} {date:%b %Y}"


def format_date_range(dates: Collection[Date]) -> str:
    """The first and the last of them: 24 Nov 2025, 3 Nov 2025 to 24 Nov 2025."""
    first, last = min(dates), max(dates)
    return format_day(last) if first == last else f"{format_day(first)} to {format_day(last)}"


def format_recent_day(date: Date, today: Date) -> str:
    """A day as it is called while nobody mistakes it, else by its date: Monday, 14 Nov, 14 Nov 2024.

    By its weekday: the days of this week, and the three before today, so that on Monday there is a Friday.
    """
    this_week = date.isocalendar()[:2] == today.isocalendar()[:2]
    if date <= today and (this_week or (today - date).days <= 3):
        return f"{date:%A}"
    return f"{date.day} {date:%b}" if date.year == today.year else format_day(date)
