"""An album as one HTML page that needs no network: each picture with its words and its ladder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from charts.source_names import source_name
from exports.album import Document, Picture
from indicators.levels import TECHNICAL, ladder_label
from market.sources import is_demo
from text import numbers
from tickers.batch import FailedTicker

if TYPE_CHECKING:
    from jinja2 import Template

INDEX = "index.html"


@dataclass(frozen=True)
class Entry:
    """One picture of the page: the name of its file, which lies beside the page, and the ticker's figures."""

    file: str
    document: Document
    notices: tuple[str, ...] = ()

    @classmethod
    def of(cls, picture: Picture) -> Entry:
        return cls(picture.file, picture.document, picture.notices)


def render_gallery(entries: Sequence[Entry], failures: Sequence[FailedTicker] = ()) -> str:
    """The page, in light and in dark, for a phone and for a wide screen. Whatever comes from outside is escaped."""
    days = [Date.fromisoformat(entry.document["as_of"]) for entry in entries]
    return _template().render(
        tickers=[_ticker(entry) for entry in entries],
        failures=failures,
        days=numbers.date_range(days) if days else "",
        sources=sorted({source_name(entry.document["source"]) for entry in entries}),
        sample=any(is_demo(entry.document["source"]) for entry in entries),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    here = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=here, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "gallery.html"
    )


def _ticker(entry: Entry) -> dict[str, Any]:
    figures = entry.document
    price, currency = figures["price"], figures["currency"]
    places = numbers.price_decimals(price)
    change = figures["change_pct"]
    return {
        "symbol": figures["symbol"],
        "name": figures["name"],
        "price": numbers.format_price(price, currency, places),
        "change": None if change is None else numbers.format_percent(change),
        "rose": (change or 0.0) >= 0.0,
        "as_of": numbers.format_day(Date.fromisoformat(figures["as_of"])),
        "file": entry.file,
        "address": quote(entry.file),
        "read": figures["read"],
        "notices": entry.notices,
        "ladder": _ladder(figures, places),
        "consensus": _consensus(figures),
    }


def _ladder(figures: Document, places: int) -> list[dict[str, Any]]:
    """The technical levels from the highest to the lowest, with the price among them."""
    rows = list(_rungs(figures, places))
    above = sum(row["role"] == "resistance" for row in rows)
    own = {"label": "Price", "price": numbers.format_number(figures["price"], places), "role": "price"}
    return [*rows[:above], own | {"away": "", "atrs": ""}, *rows[above:]]


def _rungs(figures: Document, places: int) -> Iterator[dict[str, Any]]:
    zones = [(figure["low"], figure["high"]) for figure in figures["zones"]]
    for level in figures["levels"]:
        name = ladder_label(level["label"], level["price"], level["role"], zones, figures["price"])
        if level["kind"] in TECHNICAL and name:
            yield _rung(name, level, places)


def _rung(name: str, level: Document, places: int) -> dict[str, Any]:
    distance = level["distance_atr"]
    return {
        "label": name,
        "price": numbers.format_number(level["price"], places),
        "role": level["role"],
        "away": numbers.format_percent(level["distance_pct"]),
        "atrs": "" if distance is None else numbers.format_multiple(distance),
    }


def _consensus(figures: Document) -> str | None:
    mean = figures["consensus"]
    if mean is None:
        return None
    firms = numbers.format_count(mean["count"], "firm")
    target = numbers.format_target(mean["mean"], figures["currency"])
    return f"Consensus of {firms}: {target}, {numbers.format_percent(mean['upside_pct'])} from the price"
