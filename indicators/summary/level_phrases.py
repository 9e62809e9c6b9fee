"""What the summary calls a level: "the 50-day EMA at $15.89", "the zone from $17.55 to $18.30"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from indicators.analysis import MovingAverage
from indicators.intervals.bar_units import BarUnit
from indicators.levels import (
    BandOrigin,
    EmaOrigin,
    ExtremeOrigin,
    GapEdgeOrigin,
    OldHighOrigin,
    TargetOrigin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    distance_pct,
    is_in_reach,
)
from indicators.summary.facts import Place, SummaryFacts
from indicators.trendlines.trendlines import Trendline
from text.prose import join_words


@dataclass
class Wording:
    """The names and prices of levels in one text, which gives no price twice.

    `lines`: the trendlines named so far, the last of which "that trendline" means.
    """

    facts: SummaryFacts
    printed: set[str] = field(default_factory=set)
    lines: list[Trendline] = field(default_factory=list)

    def figure(self, value: float) -> str:
        """Return a price in its unit, with the decimals of the last one."""
        return self.facts.analysis.price_format.level(value)

    def last_price(self) -> str:
        """Return the price itself, with its whole unit: 2,636.78 points."""
        self.printed.add(self.figure(self.facts.analysis.price))
        return self.facts.analysis.price_format.price(self.facts.analysis.price)

    def money(self, value: float) -> str:
        """Return a price that the text gives here."""
        self.printed.add(self.figure(value))
        return self.figure(value)

    def at(self, value: float, preposition: str = "at") -> str:
        """Return " at $15.89"; empty where the text has that price already, or it is out of reach."""
        is_new = self.figure(value) not in self.printed and self.reaches(value)
        return f" {preposition} {self.money(value)}" if is_new else ""

    def reaches(self, value: float) -> bool:
        """Return whether the price is near enough to be named: within 25% and 10 ATR."""
        price, atr = self.facts.analysis.price, self.facts.analysis.atr
        return is_in_reach(distance_pct(value, price), (value - price) / atr if atr else None)

    def place(self, place: Place) -> str:
        """Return what a place is and its price; both prices of a zone, or the one that the text does not have yet."""
        far = self._untold_far_edge(place)
        if far is None:
            return f"{self.name(place)}{self.at(place.price)}"
        if self.figure(place.price) in self.printed:
            return f"the zone {'down' if far < place.price else 'up'} to {self.money(far)}"
        return f"the zone from {self.money(place.low)} to {self.money(place.high)}"

    def says_where(self, place: Place) -> bool:
        """Return whether `place` will be more than "a zone" to a reader, for the text has its prices already."""
        is_zone = isinstance(place.level.origin, ZoneEdgeOrigin)
        return not is_zone or self.figure(place.price) not in self.printed or self._untold_far_edge(place) is not None

    def _untold_far_edge(self, place: Place) -> float | None:
        """Return the other edge of a zone where it may be named and prints unlike its near one."""
        far = place.low if place.price == place.high else place.high
        is_new = self.figure(far) != self.figure(place.price) and self.figure(far) not in self.printed
        return far if is_new and self.reaches(far) else None

    def emas(self, emas: Sequence[MovingAverage]) -> str:
        """Return the EMAs with the price of each of one or two, and the range of more.

        Without any where one of them is out of reach, or a price that the text has already.
        """
        values = [average.value for average in emas if average.value is not None]
        names = f"the {ema_names(emas, self.facts.analysis.unit)}"
        low, high = min(values), max(values)
        if self.figure(low) == self.figure(high):
            return f"{names}{self.at(low)}"
        if not all(self.reaches(value) and self.figure(value) not in self.printed for value in values):
            return names
        if len(values) < 3:
            return f"{names} at {join_words([self.money(value) for value in values])}"
        return f"{names}, from {self.money(low)} to {self.money(high)}"

    def name(self, place: Place) -> str:
        """Return what a place is, without its price."""
        match place.level.origin:
            case EmaOrigin(span):
                return f"the {span}-{self.facts.analysis.unit.span} EMA"
            case BandOrigin(band):
                return f"the {band} Bollinger Band"
            case ExtremeOrigin(extreme) if (self.facts.story.extreme or "").endswith(extreme):
                return f"that {extreme}"  # the first sentence has said that it was set today
            case ExtremeOrigin(extreme):
                return f"the 52-week {extreme}" if self.facts.full_year else f"the {extreme} on record"
            case TrendlineOrigin(line):
                return self.trendline(line)
            case ZoneEdgeOrigin() if place.low < place.high:
                return "a zone"
            case ZoneEdgeOrigin(_, edge):
                return f"the {'top' if edge == 'top' else 'foot'} of a zone"
            case GapEdgeOrigin():
                return "the edge of an open gap"
            case OldHighOrigin():
                return "the old high"
            case TargetOrigin(firm):
                return f"the target of {firm}"

    def trendline(self, line: Trendline) -> str:
        """Return "that trendline" for the one named last, else its kind: "the rising trendline"."""
        is_last = self.lines[-1:] == [line]
        self.lines.append(line)
        return "that trendline" if is_last else f"the {line_name(line)}"


def ema_names(emas: Sequence[MovingAverage], unit: BarUnit) -> str:
    """Return "50-day EMA" for one, "20- and 50-day EMAs" for several."""
    *others, last = (f"{average.span}-" for average in emas)
    return f"{join_words([*others, last])}{unit.span} EMA{'s' if others else ''}"


def line_name(line: Trendline) -> str:
    """Return "rising trendline" or, for a line of two touches, "tentative falling trendline"."""
    direction = "rising" if line.slope > 0 else "falling" if line.slope < 0 else "level"
    return f"tentative {direction} trendline" if line.tentative else f"{direction} trendline"
