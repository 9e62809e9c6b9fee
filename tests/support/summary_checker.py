"""Checks a technical read: every sentence must parse, and every claim must be true of the Analysis and its bars.

It is written from the English and the definitions alone and shares no code with the sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.analysts.firms import firm_name
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
RECORD = rf"which ha[sd] [^,]+|a line of {COUNT} [^,]+|touched {COUNT} times [^,]+"
PLACE = r"(?:the|that|a) (?:[^;,]|,(?=\d))+?"
EXTREME = "record high|52-week high|52-week low"
EVENTS = (  # words before the line, words after its price, status, side, whether the price is past the line
    ("after bouncing from", "", "bounced", "support", False),
    ("after being turned back at", "", "bounced", "resistance", False),
    ("testing", "", "testing", "support", False),
    ("testing", " from below", "testing", "resistance", False),
    ("just under", "", "testing", "support", True),
    ("just over", "", "testing", "resistance", True),
    ("slipping below", "", "break pending", "support", True),
    ("pushing above", "", "break pending", "resistance", True),
    (rf"after (?:breaking|({OF_DAY}) break) below", "", "broken", "support", True),
    (rf"after (?:breaking|({OF_DAY}) break) above", "", "broken", "resistance", True),
)
UNITS = {"1d": ("day", 252, 5), "1wk": ("week", 52, 4), "1mo": ("month", 12, 3)}  # bars in a year, and of news
DISTANCE = r"(?:\d[\d,]*% (?:above|below)(?: the price)?|level with the price)"


def check(text: str, analysis: Analysis) -> None:
    """Raise AssertionError when a sentence does not parse or is not true, or a rule of the whole text is broken."""
    text = as_of_daily_bars(text, UNITS[analysis.interval][0])
    assert re.search(r"[^.]\.$", text) and "  " not in text and "\n" not in text
    assert not re.search(r"\b(?:None|nan|NaN|N/A|inf)\b|[−{}]|,,|;;", text)
    sentences = [f"{sentence.rstrip('.')}." for sentence in text.split(". ")]
    assert len(text.split()) <= 80 and max(len(sentence.split()) for sentence in sentences) <= 30
    claims = Claims(analysis, text)
    figures = re.findall(claims.money, text)
    assert len(set(figures)) == len(figures), "a figure is given twice"
    move, *rest = sentences
    claims.move(move)
    while rest and re.match(r"Volume was|Its 50- and 200-day|It broke its", rest[0]):
        claims.story(rest.pop(0))
    claims.story_is_told(text)
    if analysis.atr:
        if rest and re.match(r"(It|On \S+(?: [A-Z][a-z]{2}(?: \d{4})?)? it|Next resistance|No resistance) ", rest[0]):
            claims.upper(rest.pop(0))
        if rest and re.match(r"(No support|Support|Next support|Below th)", rest[0]):
            claims.lower(rest.pop(0))
    else:
        claims.sessions(rest.pop(0))
    if rest:
        claims.targets(rest.pop(0))
        if rest:
            claims.mean(rest.pop(0))
    else:
        is_all_stale = bool(analysis.targets) and all(target.doubt == "stale" for target in analysis.targets)
        assert not any(target.counted for target in analysis.targets) and not is_all_stale
        assert not claims.fresh_ratings()
    assert not rest, rest


def as_of_daily_bars(text: str, unit: str) -> str:
    """Return the text of weekly or monthly bars in the words of daily ones, having checked that it had its own."""
    if unit == "day":
        return text
    assert not re.search(r"-day |day's (?:low|high)|sessions? so far", text), text
    moved = re.search(r"(?:, (?:up|down) \d[\d,]*\.\d%|little changed|unchanged)( on the \w+)?", text.split(". ")[0])
    assert not moved or moved[1] == f" on the {unit}", text
    for own, daily in (
        (f" on the {unit}", ""),
        (f"(?<!52)-{unit} ", "-day "),
        (f"the {unit}'s ", "the day's "),
        (f"{unit}(s?) so far", r"session\1 so far"),
    ):
        text = re.sub(own, daily, text)
    return text


@dataclass
class Spot:
    """A level as the definitions place it: where it is met, where it ends, and what it is called."""

    price: float
    end: float
    kind: str


@dataclass
class Claims:
    """The claims of one read: what its words mean, and whether it is true.

    `reclaimed` are the EMAs that it calls so, `event_line` the trendline of its first sentence.
    """

    analysis: Analysis
    text: str
    reclaimed: frozenset[int] = frozenset()
    event_line: Trendline | None = None

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
    def atr(self) -> float:
        return self.analysis.atr or 0.0

    def in_reach(self, value: float) -> bool:
        away = abs(value - self.analysis.price)
        return away <= 0.25 * self.analysis.price * (1 + 1e-12) and (not self.atr or away <= 10 * self.atr)

    def is_given(self, value: float) -> bool:
        """Return whether the text has the figure, so that it may not have it again."""
        return self.printed(value) in [self.value(amount) for amount in re.findall(self.money, self.text)]

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

    def is_news(self, day: date) -> bool:
        return self.sessions_ago(day) < UNITS[self.analysis.interval][2]

    def sessions_ago(self, day: date) -> int:
        return len(self.analysis.bars) - 1 - int(self.analysis.bars.index.get_loc(pd.Timestamp(day)))

    def drawn(self) -> list[Spot]:
        """Return what the chart draws under and over the price, by the definition of each, but no bands."""
        analysis, spots = self.analysis, []
        spots += [
            Spot(average.value, average.value, f"ema {average.span}") for average in analysis.emas if average.value
        ]
        for line in analysis.leading:
            if line.offered:
                spots.append(Spot(line.value, line.value, "line"))
        for zone in analysis.zones:
            if zone.low <= analysis.price < zone.high:
                spots += [Spot(zone.low, zone.low, "zone"), Spot(zone.high, zone.high, "zone")]
            elif zone.low > analysis.price:
                spots.append(Spot(zone.low, zone.high, "zone"))
            else:
                spots.append(Spot(zone.high, zone.low, "zone"))
        for gap in analysis.gaps:
            edge = gap.high if analysis.price >= gap.high else gap.low
            spots.append(Spot(edge, edge, "gap"))
        if analysis.old_high is not None:
            spots.append(Spot(analysis.old_high.price, analysis.old_high.price, "old high"))
        year = analysis.daily_bars.loc[pd.Timestamp(analysis.as_of - timedelta(weeks=52)) :]
        year = analysis.daily_bars.iloc[-1:] if year.empty else year
        extremes = (float(year["high"].max()), float(year["low"].min()))
        return spots + [Spot(extreme, extreme, "extreme") for extreme in extremes]

    def side(self, sign: float) -> list[Spot]:
        """Return what lies over (+1) or under (-1) the price, in reach and not at it, the nearest first."""
        price = self.analysis.price
        spots = [
            spot
            for spot in self.drawn()
            if (spot.price > price if sign > 0 else spot.price <= price)
            and self.in_reach(spot.price)
            and not (self.atr and abs(spot.price - price) / self.atr <= 0.05)
        ]
        band = float(self.analysis.bands["upper" if sign > 0 else "lower"].iloc[-1])
        furthest = max((abs(spot.price - price) for spot in spots), default=0.0)
        is_beyond = np.isfinite(band) and band > 0 and sign * (band - price) > max(furthest, 0.05 * self.atr)
        if is_beyond and self.in_reach(band):
            spots.append(Spot(band, band, "band"))
        return sorted(
            (spot for spot in spots if self.printed(spot.price) != self.price), key=lambda spot: abs(spot.price - price)
        )

    def following(self, sign: float, passed: Spot) -> Spot | None:
        """Return the next spot that ends more than half an ATR beyond the one that is passed."""
        end = max(sign * passed.price, sign * passed.end)
        for spot in self.side(sign):
            if sign * spot.price > end and max(sign * spot.price, sign * spot.end) > end + 0.5 * self.atr:
                return spot
        return None

    # What happened

    def move(self, text: str) -> None:
        found = self.parse(
            rf"(\S+) (closed at|trades near|traded near) (M) on ({DAY})"
            r"(?:, (up|down) (\d[\d,]*\.\d)%|, (little changed|unchanged))?(?: with a gap (up|down))?"
            rf"(?:, (?:setting )?a ({EXTREME})(?: of (M))?( before (?:falling back|recovering))?)?"
            r"(?:, ((?:recovering|falling back) from the day's (?:low|high))(?: of (M))?"
            rf"(?: to a ({EXTREME})(?: of (M))?)?)?"
            rf"(?:, (.+?))?(?:, ({RECORD}))?\.",
            text,
        )
        assert found, text
        symbol, verb, price, day, way, size, still, gap, set_first, set_at, turned_after = found.groups()[:11]
        turned, turned_at, set_last, last_at, event, record = found.groups()[11:]
        extreme, at = (set_first or set_last), (set_at or last_at)
        turn = turned_after.removeprefix(" before ") if turned_after else turned and turned.partition(" from")[0]
        analysis = self.analysis
        assert (symbol, self.value(price)) == (analysis.symbol, self.price)
        assert self.day(day) == analysis.bars.index[-1].date()
        assert (verb != "closed at") == analysis.in_progress
        self.change(way, size, still)
        last = analysis.bars.iloc[-1]
        assert gap == detect_gap(analysis.bars, analysis.atr)
        assert extreme == detect_extreme(analysis)
        if extreme:
            value = self.printed(last["low" if extreme.endswith("low") else "high"])
            assert self.value(at) == value if at else self.is_given(value) or not self.in_reach(value)
        expected = detect_reversal(analysis.bars, analysis.atr)
        assert turn == expected and not (turned and turned_after)
        if turned:
            column = turned.split()[-1]
            assert (turn == "recovering") == (column == "low")
            value = self.printed(last[column])
            assert self.value(turned_at) == value if turned_at else self.is_given(value) or not self.in_reach(value)
        if extreme and turn:  # an extreme from which the price turned comes first, the one at the other end last
            assert (set_first is not None) == (extreme.endswith("low") == (turn == "recovering"))
        assert not record or event
        if event:
            self.event(event, record)

    def change(self, way: str | None, size: str | None, still: str | None) -> None:
        close = self.analysis.bars["close"].to_numpy()
        if close.size == 1:
            assert not way and not still
            return
        change = 100 * (close[-1] / close[-2] - 1)
        if still:
            assert abs(change) <= 0.05 and (still == "unchanged") == (close[-1] == close[-2])
        else:
            assert (way == "up") == (change > 0) and abs(float(size.replace(",", "")) - abs(change)) <= 0.0500001

    def rose(self) -> bool:
        before, last = self.analysis.bars["close"].iloc[-2:]
        assert before != last
        return bool(last > before)

    def event(self, text: str, record: str | None) -> None:
        for before, after, status, side, is_past in EVENTS:
            found = self.parse(rf"{before} (its|a) ({LINE})(?: at (M))?{after}", text)
            if not found:
                continue
            *broken_day, article, name, shown = found.groups()
            line = self.line(name, shown, side)
            self.event_line = line
            assert line.status == status and (article == "a") == name.startswith("tentative")
            assert self.in_reach(line.value)
            sign = 1.0 if side == "support" else -1.0
            room = sign * (self.analysis.price - line.value)
            assert (room < 0) == is_past or (shown is None and not is_past)
            if status == "bounced":
                assert self.is_news(line.touches[-1]) and self.rose() == (side == "support")
            elif status == "testing":
                column = "low" if side == "support" else "high"
                near = sign * (self.analysis.bars[column].iloc[-3:] - line.value)
                assert near.min() <= 0.3 * self.atr + 3 * abs(line.slope) * line.value and abs(room) <= self.atr
            else:
                assert self.rose() != (side == "support")
            if status == "broken":
                day = broken_day[0]
                named = self.day(day.removeprefix("the ").removesuffix("'s")) if day else self.analysis.session
                assert line.broken_on == named and self.is_news(named)
            if record:
                self.record(record, line, status)
            return
        raise AssertionError(text)

    def line(self, name: str, value: str | None, side: str | None) -> Trendline:
        """Return the drawn trendline of that name and price today; the price is left out where the text has it."""
        way = {"rising": 1.0, "falling": -1.0, "level": 0.0}[name.split()[-2]]
        for line in self.analysis.leading:
            same = self.printed(line.value) == (self.price if value is None else self.value(value))
            same = same and np.sign(line.slope) == way
            if same and side in (None, line.side) and (len(line.touches) < 3) == name.startswith("tentative"):
                return line
        raise AssertionError(f"no {side} {name} at {value} is drawn")

    def record(self, text: str, line: Trendline, what: str) -> None:
        until = line.broken_on or self.analysis.session
        if found := re.fullmatch(r"which (has|had) (held|capped it) for more than (a|\w+) years?", text):
            years = 1 if found[3] == "a" else self.count(found[3])
            assert years * 365 <= (until - line.touches[0]).days < (years + 1) * 365
            assert (found[1] == "had") == (what in ("broken", "break pending"))
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

    def story(self, text: str) -> None:
        bars = self.analysis.bars
        if found := self.parse(r"Volume was (\d+\.\d) times its 50-day mean\.", text):
            ratio = detect_volume(bars)
            assert ratio is not None and abs(ratio - float(found[1])) <= 0.0500001
        elif found := self.parse(rf"Its 50- and 200-day EMAs made a (golden|death) cross(?: on ({DAY}))?\.", text):
            assert detect_cross(self.analysis) == (found[1], self.story_day(found[2]))
        else:
            found = self.parse(rf"It broke its old high(?: of (M))?(?: on ({DAY}))?\.", text)
            assert found, text
            old = self.analysis.old_high
            assert old is not None and old.broken_on == self.story_day(found[2]) and self.is_news(old.broken_on)
            assert found[1] is None or (self.value(found[1]) == self.printed(old.price) and self.in_reach(old.price))

    def story_day(self, words: str | None) -> date:
        """Return the day of an event, that of the last session where none is named, and never otherwise."""
        last: date = self.analysis.session
        found = last if words is None else self.day(words)
        assert words is None or found != last
        return found

    def story_is_told(self, text: str) -> None:
        """Check that nothing of the day's story was left out."""
        assert ("Volume was" in text) == (detect_volume(self.analysis.bars) is not None)
        assert ("EMAs made a " in text) == (detect_cross(self.analysis) is not None)
        old = self.analysis.old_high
        assert ("broke its old high" in text) == (old is not None and self.is_news(old.broken_on))

    # Where it stands, and what is next above

    def upper(self, text: str) -> None:
        found = self.parse(
            rf"(?:(?:On ({DAY}) i|I)t (.+?))?"
            rf"(; no resistance lies in reach|No resistance lies in reach|, which is the next resistance"
            rf"|(?:; n|N)ext resistance is ({PLACE}))?(?:, ahead of ({PLACE}))?\.",
            text,
        )
        assert found, text
        day, stands, following, named, beyond = found.groups()
        if stands:
            self.stands(stands, day)
        over = self.side(1.0)
        if following and "no resistance" in following.lower():
            assert not over and not beyond
            return
        if not following:
            assert not beyond
            return
        if named:
            self.place(named, over[0])
        else:
            assert stands and over[0].kind.startswith("ema")
            assert self.figures(stands)[-1] == self.printed(over[0].price)
        if beyond:
            self.place(beyond, self.following(1.0, over[0]))

    def figures(self, text: str) -> list[float]:
        return [self.value(amount) for amount in re.findall(self.money, text)]

    def stands(self, text: str, day: str | None) -> None:
        averages = self.averages()
        sides = {span: np.sign(self.price - value) for span, value in averages.items()}
        assert all(self.in_reach(value) for value in self.figures(text))
        if found := self.parse(rf"(reclaimed|lost) the ({SPANS})(?: at .+|, from .+)?", text):
            on = self.day(day) if day else self.analysis.session
            self.crossed(found[1], self.spans(found[2]), on)
            self.valued(self.spans(found[2]), text)
            if found[1] == "reclaimed":
                self.reclaimed = frozenset(self.spans(found[2]))
            return
        assert not day and not self.crossings(), "a recent crossing is reported"
        if found := self.parse(rf"is level with ({PLACE})", text):
            at = [
                spot
                for spot in self.drawn()
                if self.atr and abs(spot.price - self.analysis.price) / self.atr <= 0.05 and spot.kind != "band"
            ]
            assert any(self.is_place(found[1], Spot(spot.price, spot.price, spot.kind)) for spot in at)
            return
        between = r"stands between the (\d+)-day EMA(?: at (M))? and the (\d+)-day EMA(?: at (M))?"
        if found := self.parse(between, text):
            low, high = averages[int(found[1])], averages[int(found[3])]
            for shown, value in ((found[2], low), (found[4], high)):
                assert self.value(shown) == value if shown else self.is_given(value)
            assert low < self.price < high
            assert not [average for average in averages.values() if low < average < high and average != self.price]
            return
        found = self.parse(
            rf"stands (above|below) (?:(both|all {COUNT}) EMAs|the ({SPANS})(?: at .+|, from .+)?)", text
        )
        assert found, text
        sign, (count, spans) = (1.0 if found[1] == "above" else -1.0), found.group(2, 3)
        if count:
            assert self.count(count) == len(averages) and set(sides.values()) == {sign}
            return
        named = self.spans(spans)
        assert all(sides[span] == sign for span in named)
        self.valued(named, text)
        if named != list(averages):  # the nearest of those on that side, the others being out of reach or beyond
            others = [value for span, value in averages.items() if span not in named and sides[span] == sign]
            assert not [value for value in others if abs(value - self.price) < abs(averages[named[0]] - self.price)]

    def spans(self, text: str) -> list[int]:
        return [int(span) for span in re.findall(r"(\d+)-", text)]

    def count(self, text: str) -> int:
        number = text.lower().removeprefix("all ")
        return 2 if number == "both" else COUNTS.get(number) or int(number)

    def valued(self, spans: list[int], text: str) -> None:
        values, shown = [self.averages()[span] for span in spans], self.figures(text)
        if shown:
            low, high = min(values), max(values)
            assert shown == ([low] if low == high else values if len(spans) < 3 else [low, high])
        else:
            exact = [average.value for average in self.analysis.emas if average.span in spans]
            assert not all(self.in_reach(value) for value in exact) or any(map(self.is_given, exact))

    def crossed(self, what: str, spans: list[int], day: date) -> None:
        """Check that the close crossed all of them that day, after three on the other side, and none went back."""
        at = int(self.analysis.bars.index.get_loc(pd.Timestamp(day)))
        crossings = self.crossings()
        assert {span for span, crossing in crossings.items() if crossing == (at, what)} == set(spans)
        assert at == max(crossed for crossed, _ in crossings.values())

    def crossings(self) -> dict[int, tuple[int, str]]:
        """Return when the close crossed each EMA for good, if that is news and after 3 on the other side."""
        close, found = self.analysis.bars["close"].to_numpy(), {}
        news = UNITS[self.analysis.interval][2]
        for average in self.analysis.emas:
            over, under = close > average.series.to_numpy(), close < average.series.to_numpy()
            for now, before, what in ((over, under, "reclaimed"), (under, over, "lost")):
                for at in range(max(len(close) - news, 3), len(close)):
                    if now[at:].all() and before[at - 3 : at].all() and self.averages()[average.span] != self.price:
                        found[average.span] = (at, what)
        return found

    # Places

    def place(self, text: str, spot: Spot | None) -> None:
        """Check that the words name that spot, or another at the same price as printed."""
        assert spot is not None, text
        same = [other for other in [*self.drawn(), spot] if self.printed(other.price) == self.printed(spot.price)]
        assert any(self.is_place(text, other) for other in same), (text, same)

    def is_place(self, text: str, spot: Spot) -> bool:
        if found := self.parse(r"the zone from (M) to (M)", text):
            edges = sorted((self.printed(spot.price), self.printed(spot.end)))
            reaches = self.in_reach(spot.price) and self.in_reach(spot.end)
            return spot.kind == "zone" and [self.value(found[1]), self.value(found[2])] == edges and reaches
        if found := self.parse(r"the zone (down|up) to (M)", text):
            is_down = spot.end < spot.price
            is_edge = self.value(found[2]) == self.printed(spot.end) != self.printed(spot.price)
            return spot.kind == "zone" and is_edge and (found[1] == "down") == is_down and self.is_given(spot.price)
        found = self.parse(
            rf"(?:(?:the|that|a) (?:(\d+)-day EMA|(upper|lower) Bollinger Band|(?:52-week )?(high|low)(?: on record)?"
            rf"|((?:top of a |foot of a )?zone)|({LINE}|trendline)|(edge of an open gap)|(old high)))(?: at (M))?",
            text,
        )
        if not found:
            return False
        span, band, extreme, zone, line, gap, old, shown = found.groups()
        if shown is not None and self.value(shown) != self.printed(spot.price):
            return False
        assert self.in_reach(spot.price) or shown is None
        kinds = {"band": band, "extreme": extreme, "zone": zone, "line": line, "gap": gap, "old high": old}
        named = f"ema {span}" if span else next(kind for kind, words in kinds.items() if words)
        if named != spot.kind:
            return False
        if extreme:
            year = self.analysis.daily_bars.loc[pd.Timestamp(self.analysis.as_of - timedelta(weeks=52)) :]
            far = year["high"].max() if extreme == "high" else year["low"].min()
            known = self.analysis.daily_bars.index[0].date() <= self.analysis.as_of - timedelta(weeks=51)
            assert ("on record" in text) != (known or text.startswith("that"))
            assert self.printed(far) == self.printed(spot.price)
        if text.startswith("that trendline"):
            named_last = re.findall(LINE, self.text[: self.text.index("that trendline")])[-1]
            return ("rising" in named_last) == (spot.price <= self.analysis.price)
        if line and line != "trendline":
            offered = [found for found in self.analysis.leading if found.offered and found.value == spot.price]
            way = [("rising" if found.slope > 0 else "falling") in line for found in offered]
            assert all(way) and all((len(found.touches) < 3) == ("tentative" in line) for found in offered)
        if zone and zone.startswith(("top", "foot")):
            edges = [area.high if zone.startswith("top") else area.low for area in self.analysis.zones]
            return self.printed(spot.price) in map(self.printed, edges)
        return True

    # What is next below

    def lower(self, text: str) -> None:
        under = self.side(-1.0)
        if self.parse(r"No support lies in reach\.", text):
            assert not under
            return
        others = [spot for spot in under if spot.kind not in {f"ema {span}" for span in self.reclaimed}]
        if found := self.parse(rf"Support is the reclaimed ({SPANS})\.", text):
            assert not others and frozenset(self.spans(found[1])) == self.reclaimed
            return
        found = self.parse(
            rf"(Next support is|Below (?:that EMA|those EMAs), support is) ({PLACE})(?:, ahead of ({PLACE}))?"
            rf"(?:; losing (it|the trendline)(?: at (M))? would expose ({PLACE}))?\.",
            text,
        )
        assert found, text
        start, first, ahead, lost, lost_at, exposed = found.groups()
        self.place(first, others[0])
        assert start.startswith("Below") == (others[0] is not under[0])
        if start.startswith("Below"):
            assert ("those" in start) == (len(self.reclaimed) > 1)
        line = next((spot for spot in under if spot.kind == "line"), None)
        if ahead:
            second = self.following(-1.0, others[0])
            self.place(ahead, second)
            assert line is not None and second is not None and second.price > line.price
        if lost:
            passed = others[0] if lost == "it" else line
            assert passed is not None and (lost == "it" or passed is not others[0])
            assert lost == "the trendline" or line is None or line is others[0]
            assert lost_at is None or self.value(lost_at) == self.printed(passed.price)
            self.place(exposed, self.following(-1.0, passed))

    def sessions(self, text: str) -> None:
        bars = self.analysis.bars
        year = bars.loc[pd.Timestamp(self.analysis.as_of - timedelta(weeks=52)) :]
        low, high = self.printed(year["low"].min()), self.printed(year["high"].max())
        if text == "Its price hardly moves, so no level is named.":
            assert len(bars) > 14
            return
        found = self.parse(
            rf"Its (?:only session|({COUNT}) sessions) so far ha(?:s|ve)"
            r" (?:(shown no level yet)|ranged between (M) and (M))\.",
            text,
        )
        assert found, text
        count, nothing, lowest, highest = found.groups()
        assert (self.count(count) if count else 1) == len(bars)
        if nothing:
            out_of_reach = not (self.in_reach(year["low"].min()) and self.in_reach(year["high"].max()))
            assert len(bars) <= 14 and (out_of_reach or self.price in (low, high))
        else:
            assert (self.value(lowest), self.value(highest)) == (low, high)

    # The last sentence

    def fresh_ratings(self) -> bool:
        """Return whether a firm's newest rating of the last week changed, which has to be told."""
        newest = {}
        for row in sorted(self.analysis.published, key=lambda row: row.date):
            if row.rating and row.date > self.analysis.as_of - timedelta(days=7):
                newest[firm_name(row.firm, self.analysis.as_of)] = row
        return any(row.action in ("upgraded", "downgraded", "initiated") for row in newest.values())

    def targets(self, text: str) -> None:
        analysis = self.analysis
        live = [target for target in analysis.targets if target.counted]
        before, after = SIGNS[analysis.currency]
        amount = rf"{before}\d[\d,]*(?:\.\d+)?{after}"

        def parse(pattern: str) -> re.Match[str] | None:
            return re.fullmatch(pattern.replace("TARGET", amount).replace("DISTANCE", DISTANCE), text)

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
            rf"(.+)(?:'s|(?<=[sS])') (?:(TARGET) )?target"
            rf"(?:, (raised|cut) from (TARGET) on ({DAY})(?: with its rating left at (.+?))?,)?"
            rf" stands (DISTANCE)(?:, for (.+?))?\."
        ):
            firm, shown, how, prior, day, rating, away, horizon = found.groups()
            assert firm.lower().endswith("s") == text.startswith(f"{firm}' ")
            assert horizon is None or any(row.horizon == horizon for row in analysis.published)
            (row,) = [live_target for live_target in live if live_target.firm == firm]
            assert self.near(shown, row.target) if shown else self.printed(row.target) == self.price
            self.away(away, row.target)
            if how:
                assert row.date == self.day(day) and row.date > analysis.as_of - timedelta(days=7)
                assert row.prior_target is not None and self.near(prior, row.prior_target)
                assert (how == "raised") == (row.target > row.prior_target)
            assert rating is None or (rating == row.rating == row.prior_rating)
        else:
            found = parse(
                rf"On ({DAY}), (.+?)(?: \(([^)]*)\))?"
                r" (?:(upgraded|downgraded) it to (.+?)(?: from (.+?))?|initiated coverage at (.+?))"
                r"(?: with a target of (TARGET), (DISTANCE)| and kept its target at (TARGET), (DISTANCE)"
                r"| (and|but) (lifted|cut) its target to (TARGET) from (TARGET), (DISTANCE))?"
                rf"(?:, for (.+?))?\."
            )
            assert found, text
            day, firm, analyst, moved, to, since, initial, *figures, horizon = found.groups()
            rows = self.rows(self.day(day), firm)
            assert analyst is None or any(row.analyst == analyst for row in rows)
            assert horizon is None or any(row.horizon == horizon for row in rows)
            self.rating(self.day(day), firm, moved, to, since, initial)
            self.figures_of_news(self.day(day), firm, moved, figures)

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

    def mean(self, text: str) -> None:
        live = [target.target for target in self.analysis.targets if target.counted]
        before, after = SIGNS[self.analysis.currency]
        amount = rf"{before}\d[\d,]*(?:\.\d+)?{after}"
        found = re.fullmatch(
            rf"(Both|All \w+) firms' targets average (?:as much as the price|({amount})(?:, ({DISTANCE}))?)\.", text
        )
        assert found, text
        assert len(live) > 1 and self.count(found[1]) == len(live)
        mean = float(np.mean(live))
        assert self.near(found[2], mean) if found[2] else self.printed(mean) == self.price
        if found[3]:
            self.away(found[3], float(np.mean(live)))

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


# The day's story, by its definitions in plain pandas


def detect_gap(bars: pd.DataFrame, atr: float | None) -> str | None:
    if not atr or len(bars) < 2:
        return None
    before, last = bars.iloc[-2], bars.iloc[-1]
    if last["low"] - before["high"] >= atr:
        return "up"
    return "down" if before["low"] - last["high"] >= atr else None


def detect_extreme(analysis: Analysis) -> str | None:
    """Return the extreme of 52 weeks that the last bar set alone, a record where none of over a year is as high."""
    bars, as_of, year = analysis.bars, analysis.as_of, UNITS[analysis.interval][1]
    if analysis.daily_bars.index[0].date() > as_of - timedelta(weeks=51):
        return None
    earlier = bars.iloc[:-1].loc[pd.Timestamp(as_of - timedelta(weeks=52)) :]
    if earlier.empty:
        return None
    last = bars.iloc[-1]
    is_high, is_low = last["high"] > earlier["high"].max(), last["low"] < earlier["low"].min()
    if is_high and not is_low:
        return "record high" if len(bars) > year and last["high"] > bars["high"].iloc[:-1].max() else "52-week high"
    return "52-week low" if is_low and not is_high else None


def detect_reversal(bars: pd.DataFrame, atr: float | None) -> str | None:
    if not atr or len(bars) < 2:
        return None
    high, low, close = bars.iloc[-1][["high", "low", "close"]]
    before = bars["close"].iloc[-2]
    up = before - low >= 0.5 * atr and close - low >= 1.5 * atr
    down = high - before >= 0.5 * atr and high - close >= 1.5 * atr
    return None if up == down else "recovering" if up else "falling back"


def detect_volume(bars: pd.DataFrame) -> float | None:
    usual = bars["volume"].rolling(50).mean().shift().iloc[-1]
    if not usual > 0:
        return None
    ratio = bars["volume"].iloc[-1] / usual
    return float(ratio) if ratio >= 2.0 else None


def detect_cross(analysis: Analysis) -> tuple[str, date] | None:
    """Return the last change of the side on which the 50-day EMA is of the 200-day one, if that is news."""
    news = UNITS[analysis.interval][2]
    emas = {average.span: average.series for average in analysis.emas}
    side = np.sign(emas[50] - emas[200]).dropna()
    for at in range(len(side) - 1, max(len(side) - 1 - news, 0), -1):
        if side.iloc[at - 1] != side.iloc[at]:
            is_cross = side.iloc[at - 1] != 0 and side.iloc[-1] == side.iloc[at] != 0
            return ("golden" if side.iloc[at] > 0 else "death", side.index[at].date()) if is_cross else None
    return None
