"""An album as one HTML page that needs no network: each picture with its commentary and its ladder of levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from charts.source_names import is_demo, source_name
from exports.album import Document, Picture
from indicators.ladder import LadderRow
from text import numbers
from text.numbers import PriceFormat
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
    price_format: PriceFormat = field(default_factory=PriceFormat)

    @classmethod
    def of(cls, picture: Picture) -> Entry:
        return cls(picture.file, picture.document, picture.ladder, picture.notices, picture.price_format)


def render_gallery(entries: Sequence[Entry], failures: Sequence[FailedTicker] = ()) -> str:
    """Return the HTML, for light and dark, phones and wide screens. Text from outside is escaped."""
    days = [Date.fromisoformat(entry.document["as_of"]) for entry in entries]
    return _template().render(
        tickers=[_ticker(entry) for entry in entries],
        failures=failures,
        days=numbers.format_date_range(days) if days else "",
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
    figures, written = entry.document, entry.price_format
    change = figures["change_pct"]
    return {
        "symbol": figures["symbol"],
        "name": figures["name"],
        "price": written.price(figures["price"]),
        "change": None if change is None else numbers.format_percent(change),
        "rose": (change or 0.0) >= 0.0,
        "as_of": numbers.format_day(Date.fromisoformat(figures["as_of"])),
        "file": entry.file,
        "address": quote(entry.file),
        "read": figures["read"],
        "notices": entry.notices,
        "ladder": [_ladder_cells(row, written) for row in entry.ladder],
        "consensus": _consensus(figures, written),
    }


def _ladder_cells(row: LadderRow, written: PriceFormat) -> dict[str, Any]:
    return {
        "label": row.label,
        "price": written.number(row.price),
        "role": row.role,
        "distance": "" if row.distance_pct is None else numbers.format_percent(row.distance_pct),
        "atrs": "" if row.distance_atr is None else numbers.format_signed_number(row.distance_atr),
    }


def _consensus(figures: Document, written: PriceFormat) -> str | None:
    consensus = figures["consensus"]
    if consensus is None:
        return None
    firms = numbers.format_count(consensus["count"], "firm")
    target = written.target(consensus["mean"])
    return f"Consensus of {firms}: {target}, {numbers.format_percent(consensus['upside_pct'])} from the price"
