"""Formatting of prices, percentages, counts and dates, in one place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date as Date

# For decimal commas: ",", and "." or a thin space. Charts and tables take their marks from here too
DECIMAL_MARK = "."
THOUSANDS_MARK = ","
MINUS = "−"

_MARKS = str.maketrans({".": DECIMAL_MARK, ",": THOUSANDS_MARK, "-": MINUS})

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
MINOR_UNIT_SUFFIXES = {  # currencies quoted in hundredths: pence, South African cents, agorot
    "GBp": "p",
    "GBX": "p",
    "ZAc": "c",
    "ILA": " ag.",
}


def price_decimals(price: float) -> int:
    """Return the decimal places for a price: 2 from 1 up, 4 below 1, 6 below 0.01, so that levels stay distinct."""
    if price >= 1.0 or price <= 0.0:
        return 2
    return 4 if price >= 0.01 else 6


def format_number(value: float, places: int) -> str:
    """Return the number with `places` decimals and thousands separators: 16.77, 3,120.00."""
    return _with_marks(f"{value:,.{places}f}")


def format_integer(value: int) -> str:
    """Return the whole number with thousands separators: 1,204."""
    return _with_marks(f"{value:,d}")


def format_general(value: float) -> str:
    """Return the number with as many decimals as it needs, at most six digits: 0.5, 12, 1,500."""
    return _with_marks(f"{value:,g}")


def format_price(value: float, currency: str, places: int) -> str:
    """Return the price with its currency: $16.77, €3,120.00, 512.40p, CHF 88.10."""
    prefix, suffix = currency_affixes(currency)
    return prefix + format_number(value, places) + suffix


def currency_affixes(currency: str) -> tuple[str, str]:
    """Return the prefix and the suffix of a price in this currency, one of them empty."""
    if currency in MINOR_UNIT_SUFFIXES:
        return "", MINOR_UNIT_SUFFIXES[currency]
    return CURRENCY_SIGNS.get(currency, f"{currency} " if currency else ""), ""


def format_target(value: float, currency: str) -> str:
    """Return a price target as analysts write it, with cents only if it has any: $18, $17.50."""
    return format_price(value, currency, 0 if value >= 1 and round(value, 2) == round(value) else price_decimals(value))


def format_percent(value: float) -> str:
    """Return a change in percent with its sign and one decimal: +18.6%, −4.0%; no sign if it rounds to zero."""
    rounded = round(value, 1)
    return _with_marks("0.0%") if rounded == 0 else _with_marks(f"{rounded:+,.1f}%")


def format_whole_percent(value: float) -> str:
    """Return a change in percent with its sign and no decimals, for narrow labels: +7%, −34%."""
    rounded = round(value)
    return "0%" if rounded == 0 else _with_marks(f"{rounded:+,d}%")


def format_unsigned_percent(value: float, places: int = 1) -> str:
    """Return the size of a change in percent, for a sentence that gives its direction: 18.6%."""
    return _with_marks(f"{abs(value):,.{places}f}%")


def format_signed_number(value: float) -> str:
    """Return a number with its sign and one decimal, such as a distance in ATRs: +1.4, −0.3."""
    rounded = round(value, 1)
    return _with_marks("0.0" if rounded == 0 else f"{rounded:+.1f}")


def format_count(value: int, noun: str) -> str:
    """Return a count in digits with its noun: 1 firm, 27 firms, 1,204 targets."""
    return f"1 {noun}" if value == 1 else f"{format_integer(value)} {noun}s"


def format_day(date: Date) -> str:
    """Return a date as 24 Nov 2025."""
    # `%-d` does not exist on Windows
    return f"{date.day} {date:%b %Y}"


def format_date_range(dates: Collection[Date]) -> str:
    """Return the first and last of the dates: 3 Nov 2025 to 24 Nov 2025; a single date if they are the same."""
    first, last = min(dates), max(dates)
    return format_day(last) if first == last else f"{format_day(first)} to {format_day(last)}"


def format_recent_day(date: Date, today: Date) -> str:
    """Return a date in the shortest form that is unambiguous today: Monday, 14 Nov, 14 Nov 2024.

    A date is named by its weekday if it lies in this week or in the last three days, so that on Monday there is a
    Friday.
    """
    this_week = date.isocalendar()[:2] == today.isocalendar()[:2]
    if date <= today and (this_week or (today - date).days <= 3):
        return f"{date:%A}"
    return f"{date.day} {date:%b}" if date.year == today.year else format_day(date)


def _with_marks(number: str) -> str:
    """Return a number that Python wrote with the marks of this module."""
    return number.translate(_MARKS)
