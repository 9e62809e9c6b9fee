"""An album as one HTML page that needs no network: each picture with its commentary and its ladder of levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from charts.source_names import SOURCE_NAMES
from exports.album import Document, Picture
from indicators.ladder import LadderRow
from text import numbers
from tickers.batch import FailedTicker

if TYPE_CHECKING:
    from jinja2 import Template

INDEX = "index.html"


@dataclass(frozen=True)
class Entry:
    """One picture of the page: the name of its file, which lies beside the page, and the figures shown with it."""

    file: str
    document: Document
    ladder: tuple[LadderRow, ...]
    notices: tuple[str, ...] = ()

    @classmethod
    def of(cls, picture: Picture) -> Entry:
        return cls(picture.file, picture.document, picture.ladder, picture.notices)


def render_gallery(entries: Sequence[Entry], failures: Sequence[FailedTicker] = ()) -> str:
    """Return the HTML, for light and dark, phones and wide screens. Text from outside is escaped."""
    days = [Date.fromisoformat(entry.document["as_of"]) for entry in entries]
    return _template().render(
        tickers=[_ticker(entry) for entry in entries],
        failures=failures,
        days=numbers.format_date_range(days) if days else "",
        sources=sorted({SOURCE_NAMES.get(entry.document["source"], entry.document["source"]) for entry in entries}),
        sample=any(entry.document["source"] == "sample" for entry in entries),
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
    decimals = numbers.price_decimals(price)
    change = figures["change_pct"]
    return {
        "symbol": figures["symbol"],
        "name": figures["name"],
        "price": numbers.format_price(price, currency, decimals),
        "change": None if change is None else numbers.format_percent(change),
        "rose": (change or 0.0) >= 0.0,
        "as_of": numbers.format_day(Date.fromisoformat(figures["as_of"])),
        "file": entry.file,
        "address": quote(entry.file),
        "read": figures["read"],
        "notices": entry.notices,
        "ladder": [_ladder_cells(row, decimals) for row in entry.ladder],
        "consensus": _consensus(figures),
    }


def _ladder_cells(row: LadderRow, decimals: int) -> dict[str, Any]:
    return {
        "label": row.label,
        "price": numbers.format_number(row.price, decimals),
        "role": row.role,
        "distance": "" if row.distance_pct is None else numbers.format_percent(row.distance_pct),
        "atrs": "" if row.distance_atr is None else numbers.format_signed_number(row.distance_atr),
    }


def _consensus(figures: Document) -> str | None:
    consensus = figures["consensus"]
    if consensus is None:
        return None
    firms = numbers.format_count(consensus["count"], "firm")
    target = numbers.format_target(consensus["mean"], figures["currency"])
    return f"Consensus of {firms}: {target}, {numbers.format_percent(consensus['upside_pct'])} from the price"
