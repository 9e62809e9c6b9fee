"""Checks a technical read: every sentence must parse, and every claim must be true of the Analysis and its bars.

It is written from the English alone and shares no code with the sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.analysts.firms import firm_name
from indicators.atr import average_true_range
from indicators.levels import Level
from indicators.trendlines.trendlines import Trendline

SIGNS = {"USD": ("[$]", ""), "EUR": ("€", ""), "JPY": ("¥", ""), "CHF": ("CHF ", ""), "GBp": ("", "p"), "": ("", "")}
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
COUNTS = {word: count for count, word in enumerate(NUMBERS, 1)}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]

DATE = r"\d{1,2} [A-Z][a-z]{2}(?: \d{4})?"
DAY = rf"(?:{'|'.join(DAYS)}|{DATE})"
OF_DAY = rf"(?:(?:{'|'.join(DAYS)})'s|the {DATE})"
LINE = r"(?:tentative )?(?:rising|falling|level) trendline"
COUNT = rf"(?:{'|'.join(COUNTS)}|\d+)"
SPANS = r"(?:\d+-, )*(?:\d+- and )?\d+-day EMAs?"
ITS = rf"(?:its|a) ({LINE}) at (M)"
NOW = rf"(?:its|a) ({LINE}), now at (M)"
RECORD = rf"(?:, (which ha[sd] .+|a line of {COUNT} .+|touched {COUNT} times .+))?"
TODAY = (
    (rf"after bouncing from {ITS}", "bounced", "support"),
    (rf"after being turned back at {ITS}", "bounced", "resistance"),
    (rf"testing {ITS}", "testing", "support"),
    (rf"testing {ITS} from below", "testing", "resistance"),
    (rf"slipping below {ITS}", "crossed", "support"),
    (rf"pushing above {ITS}", "crossed", "resistance"),
    (rf"after breaking below {ITS}", "broken", "support"),
    (rf"after breaking above {ITS}", "broken", "resistance"),
)
EARLIER = (
    (rf"rebounding since ({DAY}) from {NOW}", "bounced", "support"),
    (rf"turned back since ({DAY}) at {NOW}", "bounced", "resistance"),
    (rf"after ({OF_DAY}) test of {NOW}", "testing", None),
    (rf"after ({OF_DAY}) break below {NOW}", "broken", "support"),
    (rf"after ({OF_DAY}) break above {NOW}", "broken", "resistance"),
)
DISTANCE = r"(?:\d[\d,]*% (?:above|below)(?: the price)?|level with the price)"


def check(text: str, analysis: Analysis) -> None:
    """Raise AssertionError when a sentence does not parse or is not true."""
    assert re.search(r"[^.]\.$", text) and "  " not in text and "\n" not in text
    assert not re.search(r"\b(?:None|nan|NaN|N/A|inf)\b|[−{}]|,,|;;", text)
    sentences = [f"{sentence.rstrip('.')}." for sentence in text.split(". ")]
    assert len(set(sentences)) == len(sentences) <= 5
    starts = [" ".join(sentence.split()[:2]) for sentence in sentences]
    assert len(set(starts)) == len(starts)
    claims = Claims(analysis)
    move, *rest = sentences
    claims.move(move)
    if analysis.atr:
        claims.upper(rest.pop(0))
        claims.lower(rest.pop(0))
    else:
        claims.sessions(rest.pop(0))
    if rest:
        claims.targets(rest.pop(0))
    else:
        assert all(target.doubt not in (None, "stale") for target in analysis.targets) and not claims.fresh_ratings()
    assert not rest


@dataclass
class Claims:
    """The claims of one read: what its words mean, and whether it is true; `reclaimed` are the EMAs it calls that."""

    analysis: Analysis
    reclaimed: frozenset[float] = frozenset()

    # Parts of sentences

    @property
    def places(self) -> int:
        """Two decimals, four below 1, six or four digits below 0.01; none for yen that move by four a day or more."""
        price = self.analysis.price
        usual = 2 if price >= 1 else 4 if price >= 0.01 else max(6, len(f"{1 / price:.0f}") + 3)
        if self.analysis.currency != "JPY":
            return usual
        moves = (self.analysis.atr or price / 100) / 4
        return next((places for places in range(usual) if 0.1**places <= moves * (1 + 1e-12)), usual)

    @property
    def money(self) -> str:
        before, after = SIGNS[self.analysis.currency]
        decimals = rf"\.\d{{{self.places}}}" if self.places else ""
        return rf"{before}\d[\d,]*{decimals}{after}"

    def parse(self, pattern: str, text: str) -> re.Match[str] | None:
        """Match `text` as a whole; in `pattern`, `M` means an amount of money with the decimals of the price."""
        return re.fullmatch(re.sub(r"\bM\b", lambda _: rf"(?:{self.money})", pattern), text)

    def printed(self, value: float) -> float:
        return float(f"{value:.{self.places}f}")

    def value(self, shown: str) -> float:
        return float(re.sub(r"[^\d.]", "", shown))

    @property
    def price(self) -> float:
        return self.printed(self.analysis.price)

    @property
    def levels(self) -> list[Level]:
        return [level for level in self.analysis.levels if level.kind != "target"]

    def above(self) -> list[float]:
        """Return the prices of the levels above the price, nearest first, as printed."""
        return sorted({self.printed(level.price) for level in self.levels if self.printed(level.price) > self.price})

    def below(self) -> list[float]:
        prices = {self.printed(level.price) for level in self.levels if self.printed(level.price) < self.price}
        return sorted(prices, reverse=True)

    def averages(self) -> dict[int, float]:
        return {
            average.span: self.printed(average.value) for average in self.analysis.emas if average.value is not None
        }

    def day(self, words: str) -> date:
        as_of = self.analysis.as_of
        if words in DAYS:
            return as_of - timedelta(days=(as_of.weekday() - DAYS.index(words)) % 7)
        number, month, *year = words.split()
        at = [name[:3] for name in MONTHS].index(month) + 1
        found = date(int(year[0]) if year else as_of.year, at, int(number))
        assert found <= as_of - timedelta(days=4), "a day of this week is named by its weekday"
        return found

    def position(self, words: str) -> int:
        """Return the position of a session among the bars."""
        day = pd.Timestamp(self.day(words))
        assert day in self.analysis.bars.index
        return int(self.analysis.bars.index.get_loc(day))

    @property
    def half_atr(self) -> float:
        return 0.5 * (self.analysis.atr or 0.0)

    # The first sentence

    def move(self, text: str) -> None:
        found = self.parse(
            rf"(\S+) (closed at|trades near|traded near) (M) on ({DAY})"
            r"(?:, (up|down) (\d[\d,]*\.\d)%(?: from a close (\d+)% below its 52-week high)?"
            r"|, (little changed|unchanged))?(?:, (.+))?\.",
            text,
        )
        assert found, text
        symbol, verb, price, day, way, size, pullback, still, cause = found.groups()
        analysis = self.analysis
        assert (symbol, self.value(price)) == (analysis.symbol, self.price)
        assert self.day(day) == analysis.bars.index[-1].date()
        assert (verb != "closed at") == analysis.in_progress
        close = analysis.bars["close"].to_numpy()
        if close.size == 1:
            assert not way and not still
        else:
            change = 100 * (close[-1] / close[-2] - 1)
            if still:
                assert abs(change) <= 0.05 and (still == "unchanged") == (close[-1] == close[-2])
            else:
                assert (way == "up") == (change > 0) and abs(float(size.replace(",", "")) - abs(change)) <= 0.0500001
        if pullback:
            assert way == "up"
            self.pullback(int(pullback))
        if cause:
            self.cause(cause, way)

    def pullback(self, below: int) -> None:
        """Check that the close before the last was that far below the earlier high of 52 weeks."""
        bars = self.analysis.bars
        year = bars.loc[pd.Timestamp(self.analysis.as_of - timedelta(weeks=52)) :]
        assert bars.index[0].date() < self.analysis.as_of - timedelta(weeks=50)
        assert year["high"].iloc[-1] < year["high"].max()
        assert below >= 20 and abs(100 * (1 - bars["close"].iloc[-2] / year["high"].max()) - below) <= 0.5 + 1e-9

    def cause(self, text: str, way: str | None) -> None:
        if text.startswith(("a 52-week", "after setting")):
            self.extreme(text)
        elif text.startswith("but still"):
            self.contrast(text, way)
        else:
            self.line_event(text)

    def extreme(self, text: str) -> None:
        found = self.parse(r"(?:after setting )?a 52-week (high|low)(?: of (M))?", text)
        assert found, text
        extreme, value = found.groups()
        year = self.analysis.bars.loc[pd.Timestamp(self.analysis.as_of - timedelta(weeks=52)) :][extreme]
        assert self.analysis.bars.index[0].date() < self.analysis.as_of - timedelta(weeks=50)
        assert year.iloc[-1] == (year.max() if extreme == "high" else year.min())
        assert (year.iloc[:-1] != year.iloc[-1]).all()
        assert self.printed(year.iloc[-1]) == (self.value(value) if value else self.price)

    def line_event(self, text: str) -> None:
        last = self.analysis.bars.index[-1].date()
        for pattern, what, side in TODAY:
            if found := self.parse(pattern + RECORD, text):
                return self.event(what, self.line(found[1], found[2], side), last, found[3])
        for pattern, what, side in EARLIER:
            if found := self.parse(pattern + RECORD, text):
                day = self.day(found[1].removeprefix("the ").removesuffix("'s"))
                assert day < last
                return self.event(what, self.line(found[2], found[3], side), day, found[4])
        raise AssertionError(text)

    def contrast(self, text: str, way: str | None) -> None:
        found = self.parse(
            rf"but still (above|below) the ({LINE}) (it bounced from|that turned it back|it broke)"
            rf" (?:on ({DAY})|earlier in the session), now at (M)",
            text,
        )
        assert found, text
        where, name, what, day, value = found.groups()
        broken = "support" if where == "below" else "resistance"
        side = {"it bounced from": "support", "that turned it back": "resistance"}.get(what, broken)
        line = self.line(name, value, side)
        assert (where == "above") == (self.analysis.price > line.value)
        assert way is None or (way == "down") == (where == "above")
        last = self.analysis.bars.index[-1].date()
        self.event("broken" if what == "it broke" else "bounced", line, self.day(day) if day else last, None)

    def line(self, name: str, value: str, side: str | None) -> Trendline:
        """Return the trendline of that name and price today."""
        way = {"rising": 1.0, "falling": -1.0, "level": 0.0}[name.split()[-2]]
        for line in self.analysis.trendlines:
            same = self.printed(line.value) == self.value(value) and np.sign(line.slope) == way
            if same and side in (None, line.side) and (len(line.touches) < 3) == name.startswith("tentative"):
                return line
        raise AssertionError(f"no {side} {name} at {value}")

    def event(self, what: str, line: Trendline, day: date, record: str | None) -> None:
        """Check the event on the scale of the line, mirrored for resistance so that the line runs below the price."""
        bars, sign = self.analysis.bars, 1.0 if line.side == "support" else -1.0
        scaled = np.log(bars[["high", "low", "close"]]) if line.scale == "log" else bars[["high", "low", "close"]]
        atr = average_true_range(scaled).to_numpy()
        at = int(bars.index.get_loc(pd.Timestamp(day)))
        runs = np.array([line.value_at(session.date()) for session in bars.index[-6:]])
        runs = sign * (np.log(runs) if line.scale == "log" else runs)
        low = (scaled["low"] if sign > 0 else -scaled["high"]).to_numpy()
        close = sign * scaled["close"].to_numpy()
        ago = len(bars) - 1 - at
        assert ago < 5, "older than a week is no news"
        if what in ("bounced", "testing"):
            assert not low[at] > runs[-1 - ago] + 0.25 * atr[at] + 1e-6 * abs(low[at])
            assert line.status in ("holding", "testing", "bounced")
            away = close[-1] - runs[-1] > 0.5 * atr[-1] and close[-1] > close[at if ago else -2]
            assert away == (what == "bounced") or (what == "testing" and close[-1] - runs[-1] <= 0.5 * atr[-1])
        else:
            assert close[-1] < runs[-1] and line.status == ("broken" if what == "broken" else "break pending")
            assert what == "crossed" or (line.broken_on == day and close[at] < runs[-1 - ago])
        if record:
            self.record(record, line, what)

    def record(self, text: str, line: Trendline, what: str) -> None:
        until = line.broken_on or self.analysis.bars.index[-1].date()
        if found := re.fullmatch(r"which (has|had) (held|capped it) for more than (a|\w+) years?", text):
            years = 1 if found[3] == "a" else self.count(found[3])
            assert years * 365 <= (until - line.touches[0]).days < (years + 1) * 365
            assert (found[1] == "had") == (what in ("broken", "crossed"))
            assert (found[2] == "held") == (line.side == "support")
            return
        found = re.fullmatch(rf"(?:a line of|touched) ({COUNT}) (?:times|(higher|lower) (lows|highs)) since (.+)", text)
        assert found, text
        count, way, turns, since = found.groups()
        if way:
            prices = self.analysis.bars[turns[:-1]].loc[[pd.Timestamp(touch) for touch in line.touches]].to_numpy()
            assert (turns == "lows") == (line.side == "support")
            assert (np.diff(prices) > 0).all() if way == "higher" else (np.diff(prices) < 0).all()
        assert len(line.touches) == self.count(count) >= 3
        month, *year = since.split()
        assert (month in MONTHS) == ((self.analysis.bars.index[-1].date() - line.touches[0]).days >= 60)
        if month in MONTHS:
            assert month == MONTHS[line.touches[0].month - 1]
            assert line.touches[0].year == (int(year[0]) if year else self.analysis.bars.index[-1].year)
        else:
            assert self.day(since) == line.touches[0]

    # The second sentence

    def upper(self, text: str) -> None:
        if self.parse(r"No level of the chart is left above it\.", text):
            assert not self.above()
            return
        if found := self.parse(r"The next resistance is (.+?)((?:, the first of .+?)?; .+)\.", text):
            assert not self.averages()
            self.rest_of_upper(self.place(found[1], "resistance"), found[2])
            return
        found = self.parse(
            r"(It (?:stands|sits|has|reclaimed|lost) .+?),"
            r" (?:and (no level of the chart is left above it)|so resistance starts at (M)"
            r"|(?:now )?(the next resistance)|with (.+?) the next resistance)((?:, the first of .+?)?(?:; .+)?)\.",
            text,
        )
        assert found, text
        stands, none, start, is_named, named, rest = found.groups()
        self.stands(stands)
        if none:
            assert not self.above() and not rest
            return
        if start:
            assert self.value(start) in self.averages().values()
        if is_named:
            assert self.above()[0] in self.averages().values() and self.above()[0] in self.figures(stands)
        first = self.place(named, "resistance") if named else self.value(start) if start else self.above()[0]
        self.rest_of_upper(first, rest)

    def figures(self, text: str) -> list[float]:
        return [self.value(amount) for amount in re.findall(self.money, text)]

    def rest_of_upper(self, first: float, text: str) -> None:
        assert first == self.above()[0], "the next resistance is the nearest level above the price"
        found = self.parse(
            rf"(?:, the first of ({COUNT}) levels up to (M))?; (?:a|only a) (break|close) above"
            r" (it|all of them|M) would (?:(leave no level overhead)|(clear them all and )?open the way to (.+?)"
            r"(?:(?: and|, and), further up, the upper (?:Bollinger Band|one) at (M))?)",
            text,
        )
        assert found, text
        count, crowd_top, how, above, none, clear, beyond, band = found.groups()
        if count:
            self.crowd(first, self.value(crowd_top), self.count(count))
        assert (above == "all of them") == bool(count)
        top = self.value(crowd_top) if count else first if above == "it" else self.value(above)
        assert top in self.above()
        if clear:
            assert (
                how == "close" and top >= max(self.averages().values()) and min(self.averages().values()) > self.price
            )
        further = [price for price in self.above() if price > top + self.half_atr + 10**-self.places]
        if none:
            assert not further
            return
        opened = self.named(beyond)
        assert opened in self.above() and opened > top + self.half_atr - 10**-self.places
        assert not [price for price in further if price < opened], "the way leads to the next level"
        if band:
            upper = self.printed(float(self.analysis.bands["upper"].iloc[-1]))
            assert self.value(band) == upper > opened

    def stands(self, text: str) -> None:
        averages = self.averages()
        sides = {span: np.sign(self.price - value) for span, value in averages.items()}
        every = rf"(both|all {COUNT}) EMAs"
        if found := self.parse(
            rf"It (?:has )?(reclaimed|lost) the ({SPANS})(?: at|, now at) (.+?)"
            rf"(?:, on ({DAY}))?(?: and stands (above|below) {every})?",
            text,
        ):
            what, spans, values, day, side, count = found.groups()
            self.crossed(what, self.spans(spans), self.day(day) if day else self.analysis.bars.index[-1].date())
            self.valued(self.spans(spans), values)
            if what == "reclaimed":
                self.reclaimed = frozenset(averages[span] for span in self.spans(spans))
            if side:
                assert set(sides.values()) == {1.0 if side == "above" else -1.0} and self.count(count) == len(sides)
            return
        if found := self.parse(rf"It sits on the ({SPANS}) at (.+)", text):
            assert all(averages[span] == self.price for span in self.spans(found[1]))
            self.valued(self.spans(found[1]), found[2])
            return
        if found := self.parse(r"It sits between the (\d+)-day EMA at (M) and the (\d+)-day EMA at (M)", text):
            under, low, over, high = int(found[1]), self.value(found[2]), int(found[3]), self.value(found[4])
            assert (averages[under], averages[over]) == (low, high) and low < self.price < high
            assert not [average for average in averages.values() if low < average < high and average != self.price]
            return
        assert not self.crossings(), "a recent crossing is reported"
        found = self.parse(
            rf"It stands (above|below) (?:the (upper|lower) Bollinger Band at (M) and )?"
            rf"(?:{every}|the ({SPANS}) at (M)|the ({SPANS}), (clustered|which lie) between (M) and (M))",
            text,
        )
        assert found, text
        side, edge, band, count, only, value, spans, how, low, high = found.groups()
        assert set(sides.values()) == {1.0 if side == "above" else -1.0}
        if edge:
            outer = self.printed(float(self.analysis.bands[edge].iloc[-1]))
            assert self.value(band) == outer and (self.price > outer) == (side == "above") == (edge == "upper")
        if count:
            assert self.count(count) == len(averages)
        if only:
            assert averages == {self.spans(only)[0]: self.value(value)}
        if spans:
            assert self.spans(spans) == list(averages)
            assert (self.value(low), self.value(high)) == (min(averages.values()), max(averages.values()))
            if how == "clustered":
                self.dense(
                    [level for level in self.levels if self.value(low) <= self.printed(level.price) <= self.value(high)]
                )

    def spans(self, text: str) -> list[int]:
        return [int(span) for span in re.findall(r"(\d+)-", text)]

    def count(self, text: str) -> int:
        number = text.lower().removeprefix("all ")
        return 2 if number == "both" else COUNTS.get(number) or int(number)

    def valued(self, spans: list[int], text: str) -> None:
        values, shown = [self.averages()[span] for span in spans], self.figures(text)
        assert shown == values if len(spans) < 3 else shown == [min(values), max(values)]

    def crossed(self, what: str, spans: list[int], day: date) -> None:
        """Check that the close crossed all of them that day, after three on the other side, and none went back."""
        at = int(self.analysis.bars.index.get_loc(pd.Timestamp(day)))
        crossings = self.crossings()
        assert {span for span, crossing in crossings.items() if crossing == (at, what)} == set(spans)
        assert at == max(crossed for crossed, _ in crossings.values())

    def crossings(self) -> dict[int, tuple[int, str]]:
        """Return when the close crossed each EMA for good, if within 5 sessions and after 3 on the other side."""
        close, found = self.analysis.bars["close"].to_numpy(), {}
        for average in self.analysis.emas:
            over, under = close > average.series.to_numpy(), close < average.series.to_numpy()
            for now, before, what in ((over, under, "reclaimed"), (under, over, "lost")):
                for at in range(max(len(close) - 5, 3), len(close)):
                    if now[at:].all() and before[at - 3 : at].all() and self.averages()[average.span] != self.price:
                        found[average.span] = (at, what)
        return found

    def dense(self, levels: list[Level]) -> None:
        prices = sorted({level.price for level in levels})
        atr = self.analysis.atr or 0.0
        assert (
            prices[-1] - prices[0] <= 2.5 * atr * 1.000001 and np.diff(prices).max(initial=0.0) <= 0.75 * atr * 1.000001
        )

    def crowd(self, first: float, top: float, count: int) -> None:
        levels = [level for level in self.levels if first <= self.printed(level.price) <= top]
        zones = [
            zone
            for zone in self.analysis.zones
            if first <= self.printed(zone.low) <= top or first <= self.printed(zone.high) <= top
        ]
        alone = [level for level in levels if level.kind != "zone"]
        assert count == len(alone) + len(zones)
        self.dense(levels)

    # Places

    def place(self, text: str, role: str) -> float:
        """Return the nearer price of the place that is named."""
        if found := self.parse(r"the zone from (M) to (M)", text):
            low, high = self.value(found[1]), self.value(found[2])
            assert (low, high) in {(self.printed(zone.low), self.printed(zone.high)) for zone in self.analysis.zones}
            return low if role == "resistance" else high
        return self.named(text)

    def named(self, text: str) -> float:
        """Return the price after checking that what is named is there."""
        if self.parse(r"M", text):
            assert self.value(text) in {self.printed(level.price) for level in self.levels if level.kind == "zone"}
            return self.value(text)
        found = self.parse(
            rf"(?:the|that) (?:(\d+)-day EMA|(upper|middle|lower) Bollinger Band|(band)|(?:52-week )?(high|low)"
            rf"|(high|low) on record|(top of a zone|foot of a zone|zone)|({LINE})|(trendline)) at (M)",
            text,
        )
        assert found, text
        span, edge, band, extreme, record, zone, line, that, shown = found.groups()
        value, analysis = self.value(shown), self.analysis
        if span:
            assert self.averages()[int(span)] == value
        elif edge or band:
            assert self.printed(float(analysis.bands[edge or "upper"].iloc[-1])) == value
        elif extreme or record:
            far = analysis.high_52w if (extreme or record) == "high" else analysis.low_52w
            year = analysis.bars.loc[pd.Timestamp(analysis.as_of - timedelta(weeks=52)) :]
            assert far == (year["high"].max() if (extreme or record) == "high" else year["low"].min())
            assert self.printed(far) == value
            assert bool(record) == (analysis.bars.index[0].date() > analysis.as_of - timedelta(weeks=51))
            assert "52-week" in text or record or text.startswith("that")
        elif zone:
            edges = {"top": [area.high for area in analysis.zones], "foot": [area.low for area in analysis.zones]}
            assert value in map(self.printed, edges.get(zone.split()[0], edges["top"] + edges["foot"]))
        elif line:
            self.line(line, shown, None)
        else:
            assert that and value in {self.printed(trendline.value) for trendline in analysis.trendlines}
        return value

    # The third sentence

    def lower(self, text: str) -> None:
        if self.parse(r"Beneath it the chart shows no support\.", text):
            assert not self.below()
            return
        found = self.parse(
            r"(?:(Below the reclaimed EMAs?), )?(?:(.+) is the first support"
            r"|[Ff]irst support is (.+), well ahead of (.+)|[Ss]upport runs from (M) down to (.+)"
            r"|(.+) give support from (M) down to (M))"
            r"; losing (?:it|that|them|the line) would (?:(leave none beneath)|expose (.+))\.",
            text,
        )
        assert found, text
        below, only, first, floor, start, end, members, high, low, none, exposed = found.groups()
        one = only and f"{only[0].lower()}{only[1:]}"
        head = (
            self.place(one, "support") if one else self.place(first, "support") if first else self.value(start or high)
        )
        lines = {self.printed(level.price) for level in self.levels if level.kind == "trendline"}
        others = [price for price in self.below() if price not in self.reclaimed - lines]
        assert head == (others or self.below())[0] and bool(below) == (head != self.below()[0])
        foot = self.floor(one or floor or end or low)
        if members:
            self.members(members, foot, head)
        assert foot <= head
        if start:
            assert head - foot <= 1.5 * (self.analysis.atr or 0.0) + 10**-self.places
        beneath = [price for price in self.below() if price < foot - self.half_atr - 10**-self.places]
        if none:
            assert not beneath
        else:
            opened = self.named(exposed)
            assert opened in self.below() and opened < foot - self.half_atr + 10**-self.places
            assert not [price for price in beneath if price > opened], "what is exposed is the next level"

    def floor(self, text: str) -> float:
        if found := self.parse(r"the zone from (M) to (M)", text):
            self.place(text, "support")
            return self.value(found[1])
        if self.parse("M", text):
            assert self.value(text) in self.below()
            return self.value(text)
        return self.named(text)

    def members(self, text: str, low: float, high: float) -> None:
        """Check the names and counts of the levels from `low` to `high`."""
        inside = [level for level in self.levels if low <= self.printed(level.price) <= high]
        assert {low, high} <= {self.printed(level.price) for level in inside}
        zones = {
            zone for zone in self.analysis.zones for edge in (zone.low, zone.high) if low <= self.printed(edge) <= high
        }
        counts = {"EMA": sum(level.kind == "ema" for level in inside), "zone": len(zones)}
        counts["trendline"] = sum(level.kind == "trendline" for level in inside)
        several = [f"{NUMBERS[n - 1]} {name}{'s' if n > 1 else ''}" for name, n in counts.items() if n]
        single = [level.label.lower() for level in inside if level.kind in ("band", "52-week")]
        words = text.lower().replace(" on record", "").replace("52-week ", "")
        named = [re.sub(r"^an? ", "one ", name).removeprefix("the ") for name in re.split(r", | and ", words)]
        assert sorted(named) == sorted(name.lower().replace("52-week ", "") for name in several + single)
        self.dense(inside)

    def sessions(self, text: str) -> None:
        found = self.parse(
            rf"Its (?:only session|({COUNT}) sessions) so far ha(?:s|ve)"
            r" (?:stayed at (M)|ranged between (M) and (M))\.",
            text,
        )
        assert found, text
        bars = self.analysis.bars
        assert (self.count(found[1]) if found[1] else 1) == len(bars)
        assert len(bars) < 15 or bars["high"].max() == bars["low"].min()
        low, high = self.value(found[2] or found[3]), self.value(found[2] or found[4])
        year = bars.loc[pd.Timestamp(self.analysis.as_of - timedelta(weeks=52)) :]
        assert (low, high) == (self.printed(year["low"].min()), self.printed(year["high"].max()))

    # The last sentence

    def fresh_ratings(self) -> bool:
        week = self.analysis.as_of - timedelta(days=7)
        return any(row.rating and row.action for row in self.analysis.published if row.date > week)

    def targets(self, text: str) -> None:
        analysis = self.analysis
        live = [target for target in analysis.targets if target.counted]
        before, after = SIGNS[analysis.currency]
        amount = rf"{before}\d[\d,]*(?:\.\d+)?{after}"

        def parse(pattern: str) -> re.Match[str] | None:
            return re.fullmatch(pattern.replace("TARGET", amount).replace("DISTANCE", DISTANCE), text)

        together = r"(?:; the targets of (both|all \w+) firms average (TARGET), (DISTANCE))?\."
        if found := parse(r"The only target on record, (TARGET) by (.+), is more than a year old\."):
            assert not live and len(analysis.targets) == 1 and self.near(found[1], analysis.targets[0].target)
        elif found := parse(r"(Both|All \w+) targets on record are more than a year old\."):
            assert not live and self.count(found[1]) == len(analysis.targets)
        elif found := parse(r"(Both|All \w+) targets stand at (TARGET), (DISTANCE)\."):
            assert len({live_target.target for live_target in live}) == 1 and self.count(found[1]) == len(live)
            self.away(found[3], live[0].target)
        elif found := parse(
            rf"The targets of ({COUNT}) firms run from (TARGET) to (TARGET) and average (TARGET), (DISTANCE)\."
        ):
            values = [live_target.target for live_target in live]
            assert self.count(found[1]) == len(values)
            for shown, value in zip(found.group(2, 3, 4), (min(values), max(values), np.mean(values)), strict=True):
                assert self.near(shown, float(value))
            self.away(found[5], float(np.mean(values)))
        elif found := parse(
            rf"(.+)'s (TARGET) target(?:, (raised|cut) from (TARGET) on ({DAY})(?: with its rating left at (.+?))?,)?"
            rf" stands (DISTANCE){together}"
        ):
            firm, shown, how, prior, day, rating, away, count, mean, mean_away = found.groups()
            (row,) = [live_target for live_target in live if live_target.firm == firm]
            assert self.near(shown, row.target)
            self.away(away, row.target)
            if how:
                assert row.date == self.day(day) and row.date > analysis.as_of - timedelta(days=7)
                assert row.prior_target is not None and self.near(prior, row.prior_target)
                assert (how == "raised") == (row.target > row.prior_target)
            assert rating is None or (rating == row.rating == row.prior_rating)
            self.together(count, mean, mean_away)
        else:
            found = parse(
                rf"On ({DAY}), (.+?) (?:(upgraded|downgraded) it to (.+?)(?: from (.+?))?|initiated coverage at (.+?))"
                r"(?: with a target of (TARGET), (DISTANCE)| and kept its target at (TARGET), (DISTANCE)"
                rf"| (and|but) (lifted|cut) its target to (TARGET) from (TARGET), (DISTANCE))?{together}"
            )
            assert found, text
            day, firm, moved, to, since, initial, *figures, count, mean, mean_away = found.groups()
            self.rating(self.day(day), firm, moved, to, since, initial)
            self.figures_of_news(self.day(day), firm, moved, figures)
            self.together(count, mean, mean_away)

    def near(self, shown: str, value: float) -> bool:
        """Return whether `shown` is `value`; a target shows its cents only where it has any."""
        places = len(shown.partition(".")[2].strip("p"))
        tolerance = 0.5 * 10.0**-places if places or not self.places else 0.005
        return abs(self.value(shown) - value) <= tolerance * 1.0001

    def away(self, words: str, target: float) -> None:
        upside = 100 * (target / self.analysis.price - 1)
        if words == "level with the price":
            assert abs(upside) <= 0.5
        else:
            size = float(words.partition("%")[0].replace(",", ""))
            assert abs(abs(upside) - size) <= 0.5000001 and ("above" in words) == (upside > 0) and size > 0

    def together(self, count: str | None, mean: str | None, away: str | None) -> None:
        live = [target.target for target in self.analysis.targets if target.counted]
        assert (count is not None) == (len(live) > 1)
        if count is not None and mean is not None and away is not None:
            assert self.count(count) == len(live) and self.near(mean, float(np.mean(live)))
            self.away(away, float(np.mean(live)))

    def rows(self, day: date, firm: str) -> list:
        assert day > self.analysis.as_of - timedelta(days=7)
        return [
            row
            for row in self.analysis.published
            if row.date == day and firm_name(row.firm, self.analysis.as_of) == firm
        ]

    def rating(self, day: date, firm: str, moved: str | None, to: str, since: str | None, initial: str | None) -> None:
        order = {"Underweight": -1, "Neutral": 0, "Hold": 0, "Overweight": 1, "Buy": 1}
        rows = [row for row in self.rows(day, firm) if row.rating == (initial or to)]
        assert rows
        if initial:
            assert any(row.action == "initiated" for row in rows)
        else:
            assert any(since in (None, row.prior_rating) for row in rows)
            if since:
                assert (order[to] > order[since]) == (moved == "upgraded") and order[to] != order[since]

    def figures_of_news(self, day: date, firm: str, moved: str | None, figures: list[str | None]) -> None:
        first, first_away, kept, kept_away, joint, how, new, prior, away = figures
        rows = self.rows(day, firm)
        for shown, where in ((first, first_away), (kept, kept_away), (new, away)):
            if shown and where:
                row = next(row for row in rows if row.target and self.near(shown, row.target))
                self.away(where, row.target)
        if kept:
            assert any(row.target == row.prior_target and self.near(kept, row.target) for row in rows if row.target)
        if new and prior:
            assert (self.value(new) > self.value(prior)) == (how == "lifted")
            assert any(row.prior_target and self.near(prior, row.prior_target) for row in rows)
            assert (joint == "but") == ((moved == "upgraded") != (how == "lifted"))
