"""Formatting of prices, percentages, counts and dates, in one place."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import date as Date
from decimal import Decimal

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
MINOR_UNIT_SUFFIXES = {  # currencies quoted in fractions: pence, South African cents, agorot, US cents, Kuwaiti fils
    "GBp": "p",
    "GBX": "p",
    "ZAc": "c",
    "ILA": " ag.",
    "USX": " cents",
    "KWF": " fils",
}
TICK_SUFFIXES = {" cents": "¢", " points": ""}  # where a word does not fit: on the ticks of an axis, beside each level
VOLUME_UNITS = ("", "K", "M", "B", "T")
SIGNIFICANT_DIGITS = 4  # of a price far below a cent


@dataclass(frozen=True)
class PriceFormat:
    """How the prices of one ticker are written: what stands before and after the figure, and its decimals."""

    prefix: str = ""
    suffix: str = ""
    places: int = 2

    @property
    def tick_suffix(self) -> str:
        """The suffix on the ticks of an axis and in a row of levels, where the unit is known already."""
        return TICK_SUFFIXES.get(self.suffix, self.suffix)

    def in_currency(self, currency: str | None) -> PriceFormat:
        """Return the format of a price in another currency; None stands for the same one."""
        if currency is None:
            return self
        prefix, suffix = currency_affixes(currency)
        return replace(self, prefix=prefix, suffix=suffix)

    def number(self, value: float) -> str:
        """Return the figure alone, for a place that names the unit elsewhere: 16.77, 3,120.00."""
        return format_number(value, self.places)

    def price(self, value: float) -> str:
        """Return the price with its unit: $16.77, 512.40p, 2,636.78 points, CHF 88.10, −$37.63."""
        return self._with_unit(value, self.places, self.suffix)

    def level(self, value: float) -> str:
        """Return the price of a level among others, with a short unit or none: $16.77, 512.40p, 429.11¢, 2,636.78."""
        return self._with_unit(value, self.places, self.tick_suffix)

    def amount(self, value: float) -> str:
        """Return an amount a share, such as a dividend, with the decimals it has, two to four: $0.26, $0.2375."""
        return f"{self.prefix}{format_as_entered(round(value, 4))}{self.tick_suffix}"

    def target(self, value: float) -> str:
        """Return a price target as analysts write it, with decimals only if it has any: $18, $17.50."""
        return self._with_unit(value, self._target_places(value), self.suffix)

    def target_number(self, value: float) -> str:
        """Return a price target without its unit, for a place that names the unit elsewhere: 18, 17.50."""
        return format_number(value, self._target_places(value))

    def printed(self, value: float) -> float:
        """Return the price as a reader sees it, rounded to the decimals that are written."""
        return float(f"{value:.{self.places}f}")

    def _target_places(self, value: float) -> int:
        if abs(value) < 1.0:
            return max(self.places, price_decimals(value))
        if round(value, self.places) == round(value):
            return 0
        shown = round(value, self.places)
        return next(places for places in range(min(2, self.places), self.places + 1) if round(value, places) == shown)

    def _with_unit(self, value: float, places: int, suffix: str) -> str:
        sign = MINUS if round(value, places) < 0.0 else ""
        return f"{sign}{self.prefix}{format_number(abs(value), places)}{suffix}"


def price_decimals(price: float) -> int:
    """Return the decimal places for a price of unknown precision: 2 from 1 up, 4 below 1, more below 0.01.

    There it is 6, or as many as show four digits, so that levels stay distinct.
    """
    size = abs(price)
    if size >= 1.0 or size == 0.0:
        return 2
    return 4 if size >= 0.01 else max(6, SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(size)))


def format_number(value: float, places: int) -> str:
    """Return the number with `places` decimals and thousands separators: 16.77, 3,120.00."""
    return _with_marks(f"{value:,.{places}f}")


def format_as_entered(value: float) -> str:
    """Return a figure of unknown unit with two decimals, or as many as it has: 18.00, 1.185, 0.0000125."""
    exponent = Decimal(f"{value:.9g}").as_tuple().exponent
    return format_number(value, max(2, -exponent if isinstance(exponent, int) else 0))


def format_integer(value: int) -> str:
    """Return the whole number with thousands separators: 1,204."""
    return _with_marks(f"{value:,d}")


def format_general(value: float) -> str:
    """Return the number with as many decimals as it needs, at most six digits: 0.5, 12, 1,500, 0.00001."""
    return _with_marks(f"{Decimal(f'{value:g}'):,f}")


def format_volume(value: float) -> str:
    """Return a count of shares with three digits, in thousands, millions or billions: 950, 12.3K, 4.56M, 1.2B."""
    unit, letter = volume_unit(value)
    return f"{format_general(float(f'{value / unit:.3g}'))}{letter}"


def volume_unit(value: float) -> tuple[float, str]:
    """Return the unit that a count of shares is written in, and its letter: 1,000,000 and M for 4,560,000."""
    size = float(f"{value:.3g}")
    power = min(math.floor(math.log10(size)) // 3, len(VOLUME_UNITS) - 1) if size >= 1.0 else 0
    return 1000.0**power, VOLUME_UNITS[power]


def currency_affixes(currency: str) -> tuple[str, str]:
    """Return the prefix and the suffix of a price in this currency, one of them empty."""
    if currency in MINOR_UNIT_SUFFIXES:
        return "", MINOR_UNIT_SUFFIXES[currency]
    return CURRENCY_SIGNS.get(currency, f"{currency} " if currency else ""), ""


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


def format_share(share: float) -> str:
    """Return a share or probability from 0 to 1 in percent: 62%; under 1%, over 99% where it rounds to 0 or 100."""
    if 0.0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 <= share < 1.0 else f"{100.0 * share:.0f}%"


def format_share_range(low: float, high: float) -> str:
    """Return two shares from 0 to 1 in percent: "41 to 52%", one of them where both are written alike."""
    first, last = format_share(low), format_share(high)
    return first if first == last else f"{first.removesuffix('%')} to {last}"


def format_signed_number(value: float) -> str:
    """Return a number with its sign and one decimal, such as a distance in ATRs: +1.4, −0.3."""
    rounded = round(value, 1)
    return _with_marks("0.0" if rounded == 0 else f"{rounded:+.1f}")


def format_ratio(value: float) -> str:
    """Return a ratio such as reward to risk: 2.4, from 10 up without decimals."""
    return format_number(value, 1 if abs(value) < 9.95 else 0)


def format_count(value: int, noun: str) -> str:
    """Return a count in digits with its noun: 1 firm, 27 firms, 1,204 targets."""
    return f"1 {noun}" if value == 1 else f"{format_integer(value)} {noun}s"


def format_day(date: Date) -> str:
    """Return a date as 24 Nov 2025."""
    # `%-d` does not exist on Windows
    return f"{date.day} {date:%b %Y}"


def format_moment(moment: datetime) -> str:
    """Return a moment in UTC as 24 Nov 2025, 16:05 UTC."""
    in_utc = moment.astimezone(UTC)
    return f"{format_day(in_utc.date())}, {in_utc:%H:%M} UTC"


def format_day_and_month(date: Date) -> str:
    """Return a date without its year, for days of the last twelve months: 24 Nov."""
    return f"{date.day} {date:%b}"


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
    return format_day_and_month(date) if date.year == today.year else format_day(date)


def _with_marks(number: str) -> str:
    """Return a number that Python wrote with the marks of this module."""
    return number.translate(_MARKS)
