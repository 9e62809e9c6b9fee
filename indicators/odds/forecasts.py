"""How likely each level and each target of an Analysis is to be touched, until when, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING

from indicators.analysts.targets import is_comparable
from indicators.odds.target_term import due_day
from indicators.odds.touch import MONTH, QUARTER, RANGE_FROM
from text import numbers

if TYPE_CHECKING:
    from indicators.analysis import Analysis
    from market import PriceTarget


@dataclass(frozen=True)
class TouchForecast:
    """How likely the price is to trade at a level until `until`: a `probability`, from half a year on `low` to `high`.

    All from 0 to 1. For a shorter time `low` and `high` are the probability.
    """

    probability: float
    low: float
    high: float
    until: Date

    @property
    def sentence(self) -> str:
        """Return "Touch by Nov 2026: 62%"."""
        return f"Touch by {self.until:%b %Y}: {self.phrase}"

    @property
    def phrase(self) -> str:
        """The probability in percent, a range where it is one: "62%", "45 to 70%"."""
        low, high = numbers.format_share(self.low), numbers.format_share(self.high)
        return low if low == high else f"{low.removesuffix('%')} to {high}"


def level_odds(analysis: Analysis, price: float, sessions: int) -> float | None:
    """Return the probability that the price trades at `price` within so many sessions; None where there are no odds."""
    return None if analysis.touch_odds is None else analysis.touch_odds.probability(price, sessions)


def level_phrase(analysis: Analysis, price: float) -> str:
    """Return "Touch by 24 Dec 2026: 62%, by 26 Feb 2027: 80%", empty where there are no odds."""
    if analysis.touch_odds is None:
        return ""
    parts = (
        f"by {numbers.format_day(day_after(sessions, analysis))}:"
        f" {numbers.format_share(analysis.touch_odds.probability(price, sessions))}"
        for sessions in (MONTH, QUARTER)
    )
    return f"Touch {', '.join(parts)}"


def target_forecast(analysis: Analysis, row: PriceTarget) -> TouchForecast | None:
    """Return how likely the target of `row` is to be touched from now until its term ends.

    None where the term is over, the target is in another currency or in unsure shares, or there are no odds.
    """
    until = due_day(row)
    sessions = sessions_until(until, analysis)
    if analysis.touch_odds is None or row.target is None or not is_comparable(row) or sessions < 1:
        return None
    probability = analysis.touch_odds.probability(row.target, sessions)
    low, high = probability, probability
    if sessions >= RANGE_FROM:
        low, high = analysis.touch_odds.probability_range(row.target, sessions)
    return TouchForecast(probability, low, high, until)


def sessions_until(day: Date, analysis: Analysis) -> int:
    """Return about how many sessions follow the last one until `day`, at the pace of the last year's."""
    return round((day - analysis.session).days / analysis.days_per_session)


def day_after(sessions: int, analysis: Analysis) -> Date:
    """Return about the day that lies so many sessions after the last one."""
    return analysis.session + timedelta(days=round(sessions * analysis.days_per_session))
