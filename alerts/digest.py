"""A digest of a watchlist: what changed in the last session, the nearest levels, new targets and a picture of each."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.recent_changes import Recent, recent_changes
from alerts.sending import Message, Picture
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange
from indicators.levels import Level
from market.source import SourceKey
from market.sources import fetch, is_demo
from market.symbols import Symbol
from text.numbers import format_count, format_date_range, format_day, format_percent
from text.plain_text import to_one_line
from tickers.batch import FailedTicker, run_in_order

if TYPE_CHECKING:
    from jinja2 import Template

Section = tuple[str, tuple[str, ...]]  # a heading, and lines under it
Drawn = Picture | str | None  # a sentence: why there is none
MAX_NAME, MAX_LINE = 120, 400  # characters of what comes from outside


@dataclass(frozen=True)
class DigestTicker:
    """One ticker as texts: `sections` are what changed, analysts' news and the nearest levels, those that exist."""

    symbol: str
    name: str
    session: str
    price: str
    change: str
    rose: bool
    sections: tuple[Section, ...]
    picture: Picture | None


@dataclass(frozen=True)
class Digest:
    """The tickers of a watchlist in its order, and sentences about what is old, missing or failed."""

    title: str
    subtitle: str
    tickers: tuple[DigestTicker, ...]
    problems: tuple[str, ...]
    is_demo: bool

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the tickers that have one."""
        return tuple(ticker.picture for ticker in self.tickers if ticker.picture is not None)


def make_digest(
    watchlist: str, symbols: Sequence[str], source: SourceKey, as_of: Date | None, draw: Callable[[Analysis], Drawn]
) -> Digest:
    """Return the digest of a watchlist as of a day, None for the latest; a ticker that fails says why.

    `draw`: see `draw_small_picture`; what it says in place of a picture is among the problems, once.
    """
    loaded = list(run_in_order(lambda symbol: _load(symbol, source, as_of), symbols))
    recent = [one for one in loaded if isinstance(one, Recent)]
    problems = [one.reason for one in loaded if isinstance(one, FailedTicker)]
    problems += [f"{one.latest.symbol}: {notice}" for one in recent for notice in one.latest.notices]
    drawn = [draw(one.latest) for one in recent]
    problems += dict.fromkeys(failure for failure in drawn if isinstance(failure, str))
    pictures = [picture if isinstance(picture, Picture) else None for picture in drawn]
    days = format_date_range([one.latest.session for one in recent]) if recent else ""
    changed = format_count(sum(len(one.changes) for one in recent), "change")
    return Digest(
        f"{watchlist}: {days}" if days else watchlist,
        f"{changed} on {format_count(len(recent), 'ticker')}",
        tuple(_ticker(one, picture) for one, picture in zip(recent, pictures, strict=True)),
        tuple(problems),
        is_demo(source),
    )


def digest_page(digest: Digest) -> str:
    """Return the digest as an HTML page that needs no other file. Text from outside is escaped."""
    return _render(digest, lambda picture: f"data:image/png;base64,{base64.b64encode(picture.png).decode()}")


def digest_message(digest: Digest) -> Message:
    """Return the digest to be sent: as HTML with its pictures beside it, and as text."""
    return Message(digest.title, digest_text(digest), _render(digest, lambda picture: f"cid:{picture.file}"))


def digest_text(digest: Digest) -> str:
    """Return the digest as lines of text."""
    lines = [digest.subtitle, *(["Demo data, not market prices."] if digest.is_demo else []), *digest.problems]
    for ticker in digest.tickers:
        lines += ["", " ".join(filter(None, (ticker.symbol, ticker.price, ticker.change)))]
        lines += [f"  {line}" for _, section in ticker.sections for line in section]
    return "\n".join(lines)


def _load(symbol: str, source: SourceKey, as_of: Date | None) -> Recent:
    return recent_changes(fetch(Symbol(symbol), source), as_of)


def _ticker(recent: Recent, picture: Picture | None) -> DigestTicker:
    analysis = recent.latest
    news = [change for change in recent.changes if isinstance(change.subject, RatingChange)]
    others = [change for change in recent.changes if not isinstance(change.subject, RatingChange)]
    sections: tuple[Section, ...] = (
        ("What changed", tuple(to_one_line(change.text, MAX_LINE) for change in others)),
        ("Analysts", tuple(to_one_line(change.text, MAX_LINE) for change in news)),
        ("Nearest levels", _nearest(analysis)),
    )
    return DigestTicker(
        analysis.symbol,
        to_one_line(analysis.name, MAX_NAME),
        format_day(analysis.session),
        analysis.price_format.price(analysis.price),
        "" if analysis.change_pct is None else format_percent(analysis.change_pct),
        (analysis.change_pct or 0.0) >= 0.0,
        tuple((heading, lines) for heading, lines in sections if lines),
        picture,
    )


def _nearest(analysis: Analysis) -> tuple[str, ...]:
    named = (("Resistance", analysis.nearest_resistance), ("Support", analysis.nearest_support))
    return tuple(f"{role}: {_level_phrase(level, analysis)}" for role, level in named if level is not None)


def _level_phrase(level: Level, analysis: Analysis) -> str:
    return f"{level.label} at {analysis.price_format.level(level.price)} ({format_percent(level.distance_pct)})"


def draw_small_picture(analysis: Analysis) -> Drawn:
    """Return the picture of an Analysis, at half the size of an exported one, or why there is none."""
    from charts.levels.chart import levels_picture
    from charts.options import DEFAULT_OVERLAYS
    from exports import png
    from exports.fonts import font_notice

    figure = levels_picture(analysis, "1y", DEFAULT_OVERLAYS, "light", font_notice(analysis) or "")
    try:
        return Picture(png.file_name(analysis), png.render_png(figure, scale=1))
    except png.BrowserNotFound as error:
        return f"There are no pictures. {error}."
    except png.PngError as error:
        return f"{analysis.symbol} has no picture. {error}."


def _render(digest: Digest, address_of: Callable[[Picture], str]) -> str:
    return _template().render(digest=digest, address_of=address_of)


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    here = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=here, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "digest.html"
    )
