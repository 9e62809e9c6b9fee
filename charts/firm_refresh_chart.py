"""One firm's refresh of a sector on one picture: price, prior and new target per ticker."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_mark, text_annotation
from charts.palette import PALETTES, Palette, Theme
from charts.source_names import source_name
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange
from indicators.analysts.upside import upside_pct
from market.sources import is_demo
from text import numbers
from text.escape import escape_plotly

ROW, TIGHT_ROW, ROOMY_UP_TO = 58, 34, 14  # pixels a ticker, and with more tickers than that
MARGIN = {"l": 118, "r": 292, "t": 104, "b": 66}
REACH = 1.5  # percent targets may stand this many times their own spread beyond the middle half; farther is pinned
LEAST_REACH = 15.0  # percent on either side of the price, so that small differences do not look large
MOST_TICKS = 8
WORDS = 0.13  # share of the axis on either side that the figures beside the marks take
SYMBOLS = {"raised": "triangle-right", "cut": "triangle-left"}
ARROWS = {"upgraded": "▲ ", "downgraded": "▼ "}


@dataclass(frozen=True)
class Refresh:
    """What a firm said of one ticker, and that ticker as it stands on the as-of day; the news has a target."""

    news: RatingChange
    analysis: Analysis

    def against_price(self, target: float | None) -> float | None:
        """100 (target / price - 1), the price being the as-of day's."""
        return None if target is None else upside_pct(target, self.analysis.price)

    @property
    def upside_pct(self) -> float:
        upside = self.against_price(self.news.target)
        assert upside is not None
        return upside

    @property
    def prior_pct(self) -> float | None:
        return self.against_price(self.news.prior_target)


@dataclass(frozen=True)
class _Reach:
    """The percentages that the axis shows; a mark beyond stands at its end."""

    low: float
    high: float

    def pinned(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def axis(self) -> list[float]:
        room = WORDS * (self.high - self.low)
        return [self.low - room, self.high + room]


def firm_refresh_figure(firm: str, refreshes: Sequence[Refresh], theme: Theme = "light") -> go.Figure:
    """A row a ticker, the most upside on top; every target in percent of its ticker's price, so that tickers compare.

    Refreshes without a target have no row. One far off does not flatten the others: it stands at the
    axis' end, its figure in words.
    """
    palette = PALETTES[theme]
    rows = sorted(
        (refresh for refresh in refreshes if refresh.news.target is not None), key=lambda refresh: -refresh.upside_pct
    )
    reach = _reach(rows)
    roomy, dated = len(rows) <= ROOMY_UP_TO, len({row.news.date for row in rows}) > 1
    return go.Figure(
        {
            "data": [*_stems(rows, reach, palette), _priors(rows, reach, palette), _targets(rows, reach, palette)],
            "layout": _layout(rows, reach, palette)
            | {
                "annotations": [
                    *_title(firm, rows, palette),
                    *(said for row, each in enumerate(rows) for said in _figures(row, each, reach, palette, roomy)),
                    *(said for row, each in enumerate(rows) for said in _row_words(row, each, palette, roomy, dated)),
                    *_footer(rows, palette),
                ],
                "shapes": [*_guides(len(rows), palette), _price_line(palette)],
            },
        }
    )


def firm_refresh_file(firm: str, refreshes: Sequence[Refresh]) -> str:
    """`JPMorgan_sector_2025-11-24`, without its ending: safe on any file system whatever the firm's name."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", firm[:60]).strip("-") or "firm"
    return f"{name}_sector_{max((refresh.analysis.as_of for refresh in refreshes), default='none')}"


def firm_refresh_height(refreshes: Sequence[Refresh]) -> int:
    """Pixels that a row a ticker takes, with title and footer."""
    rows = max(sum(refresh.news.target is not None for refresh in refreshes), 1)
    return MARGIN["t"] + MARGIN["b"] + rows * (ROW if rows <= ROOMY_UP_TO else TIGHT_ROW)


def _reach(rows: Sequence[Refresh]) -> _Reach:
    """All marks where none is far off; else as far as `REACH` times the middle half beyond it (Tukey's fences)."""
    values = sorted(each for row in rows for each in (row.prior_pct, row.upside_pct) if each is not None)
    if not values:
        return _Reach(-LEAST_REACH, LEAST_REACH)
    low, high = values[len(values) // 4], values[(3 * len(values)) // 4]
    fence = REACH * max(high - low, 40.0)
    kept = [value for value in values if low - fence <= value <= high + fence]
    return _Reach(min(kept[0], -LEAST_REACH), max(kept[-1], LEAST_REACH))


def _stems(rows: Sequence[Refresh], reach: _Reach, palette: Palette) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [reach.pinned(each.prior_pct), reach.pinned(each.upside_pct)],
            "y": [row, row],
            "line": {"color": palette.change(each.news.change), "width": 3},
            "hoverinfo": "skip",
        }
        for row, each in enumerate(rows)
        if each.prior_pct is not None and each.news.change in SYMBOLS
    ]


def _priors(rows: Sequence[Refresh], reach: _Reach, palette: Palette) -> dict[str, Any]:
    shown = [(row, each, each.prior_pct) for row, each in enumerate(rows) if each.prior_pct is not None]
    return _marks([row for row, _, _ in shown], [reach.pinned(prior) for _, _, prior in shown]) | {
        "marker": {
            "symbol": "circle",
            "size": 13,
            "color": palette.ground,
            "line": {"width": 2, "color": [palette.change(each.news.change) for _, each, _ in shown]},
        },
        "hoverinfo": "skip",
    }


def _targets(rows: Sequence[Refresh], reach: _Reach, palette: Palette) -> dict[str, Any]:
    return _marks(list(range(len(rows))), [reach.pinned(row.upside_pct) for row in rows]) | {
        "marker": {
            "symbol": [SYMBOLS.get(row.news.change or "", "circle") for row in rows],
            "size": [15 if row.news.change in SYMBOLS else 9 for row in rows],
            "color": [palette.change(row.news.change) for row in rows],
            "opacity": 1,
        },
        "hovertext": [_hover(row) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _marks(rows: list[int], at: list[float]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "x": at, "y": rows, "cliponaxis": False}


def _hover(each: Refresh) -> str:
    news, currency = each.news, each.analysis.currency
    lines = [
        f"<b>{escape_plotly(news.symbol)}</b> {escape_plotly(each.analysis.name)}",
        escape_plotly(news.words(currency), 90),
        f"{numbers.format_percent(each.upside_pct)} to the price of {_price(each)}",
        numbers.format_day(news.date) + (f" · {escape_plotly(news.analyst)}" if news.analyst else ""),
    ]
    return "<br>".join(lines + ([f"<i>{escape_plotly(news.note, 90)}</i>"] if news.note else []))


def _price(each: Refresh) -> str:
    analysis = each.analysis
    return escape_plotly(
        numbers.format_price(analysis.price, analysis.currency, numbers.price_decimals(analysis.price))
    )


def _money(each: Refresh, value: float) -> str:
    return escape_plotly(numbers.format_target(value, each.analysis.currency))


def _figures(row: int, each: Refresh, reach: _Reach, palette: Palette, roomy: bool) -> list[dict[str, Any]]:
    """The figures beside the marks: the new target's ahead of its mark, the prior one's behind."""
    target, prior = each.news.target, each.news.prior_target
    assert target is not None
    leftwards = each.news.change == "cut" if each.news.change in SYMBOLS else each.upside_pct < 0
    size = 13 if roomy else 11
    figure = f"<b>{_money(each, target)}</b>{_aside(each, reach, palette)}"
    said = [_beside(row, reach.pinned(each.upside_pct), figure, leftwards, palette.ink, size)]
    if prior is not None and each.prior_pct is not None and each.news.change in SYMBOLS:
        at = reach.pinned(each.prior_pct)
        said.append(_beside(row, at, _money(each, prior), not leftwards, palette.muted, size))
    return said


def _aside(each: Refresh, reach: _Reach, palette: Palette) -> str:
    """After a figure: that its mark stands at the end of the axis, or that the target was kept."""
    if not reach.holds(each.upside_pct):
        return " →" if each.upside_pct > 0 else " ←"
    return f"<span style='color:{palette.muted}'> kept</span>" if each.news.change == "kept" else ""


def _beside(row: int, at: float, text: str, leftwards: bool, colour: str, size: int) -> dict[str, Any]:
    return {
        "x": at,
        "y": row,
        "text": text,
        "showarrow": False,
        "xanchor": "right" if leftwards else "left",
        "xshift": -11 if leftwards else 11,
        "font": {"color": colour, "size": size},
    }


def _row_words(row: int, each: Refresh, palette: Palette, roomy: bool, dated: bool) -> list[dict[str, Any]]:
    """Left the ticker and its price, right the upside and the rating; the day of each where they differ."""
    news = each.news
    colour = {"upgraded": palette.rise, "downgraded": palette.fall}.get(news.action or "", palette.ink)
    rating = ARROWS.get(news.action or "", "") + escape_plotly(news.rating or "", 26)
    before = f" from {escape_plotly(news.prior_rating, 14)}" if news.prior_rating and news.action in ARROWS else ""
    asides = " · ".join(
        filter(None, (numbers.format_day(news.date) if dated else "", "own" if news.source == "own" else ""))
    )
    gap = "<br>" if roomy else "  "
    ticker = f"<b>{escape_plotly(news.symbol)}</b>{gap}<span style='font-size:11px;color:{palette.muted}'>{_price(each)}</span>"
    said = f"<span style='color:{colour}'>{rating}</span>{before}"
    said += (gap if rating and asides else "") + asides
    upside, large = f"<b>{numbers.format_percent(each.upside_pct)}</b>", 14 if roomy else 11
    return [
        text_annotation(ticker, 0.0, row, palette.ink, large, yref="y", xshift=22 - MARGIN["l"]),
        text_annotation(upside, 1.0, row, palette.ink, large, yref="y", xanchor="right", align="right", xshift=74),
        text_annotation(said, 1.0, row, palette.muted, 12 if roomy else 11, yref="y", xshift=88),
    ]


def _title(firm: str, rows: Sequence[Refresh], palette: Palette) -> list[dict[str, Any]]:
    head = f"<b>{escape_plotly(firm)}</b>  on {numbers.format_count(len(rows), 'ticker')}"
    return [
        _heading(head, 0.0, 58, palette.ink, 19, xshift=20 - MARGIN["l"]),
        _heading(_under(rows, palette), 0.0, 38, palette.muted, 12, xshift=20 - MARGIN["l"]),
        _heading("price", 0.0, 6, palette.muted, 12, xref="x", xanchor="center"),
        _heading("Upside", 1.0, 6, palette.muted, 12, xanchor="right", xshift=74),
        _heading("Rating", 1.0, 6, palette.muted, 12, xshift=88),
        _heading("○ prior  ● new target", 1.0, 38, palette.muted, 12, xanchor="right", xshift=MARGIN["r"] - 18),
    ]


def _under(rows: Sequence[Refresh], palette: Palette) -> str:
    if not rows:
        return ""
    days = numbers.date_range([row.news.date for row in rows])
    as_of = numbers.format_day(max(row.analysis.as_of for row in rows))
    under = f"Targets of {days} against each ticker's price as of {as_of}"
    if any(is_demo(row.analysis.source) for row in rows):
        return f"{under} · {sample_mark(palette)}"
    return under


def _footer(rows: Sequence[Refresh], palette: Palette) -> list[dict[str, Any]]:
    sources = " and ".join(sorted({escape_plotly(source_name(row.analysis.source)) for row in rows}))
    bases = {row.analysis.price_basis for row in rows}
    basis = "Dividend-adjusted" if bases == {"dividend-adjusted"} else "Split-adjusted"
    text = " · ".join(filter(None, ("Upside = target / price − 1", f"{basis} closes", sources, "Levelboard")))
    return [text_annotation(text, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-38, xshift=20 - MARGIN["l"])]


def _heading(text: str, x: float, above: int, colour: str, size: int, **place: object) -> dict[str, Any]:
    return text_annotation(text, x, 1.0, colour, size, **({"yanchor": "bottom", "yshift": above} | place))


def _guides(rows: int, palette: Palette) -> list[dict[str, Any]]:
    """A faint line under every row, from the tickers to the ratings."""
    line = {"type": "line", "xref": "paper", "layer": "below", "line": {"color": palette.grid, "width": 1}}
    across: tuple[dict[str, Any], ...] = (
        {"x0": 0, "x1": 1},
        {"xsizemode": "pixel", "xanchor": 0, "x0": 22 - MARGIN["l"], "x1": 0},
        {"xsizemode": "pixel", "xanchor": 1, "x0": 0, "x1": MARGIN["r"] - 18},
    )
    return [line | part | {"y0": row - 0.5, "y1": row - 0.5} for row in range(rows + 1) for part in across]


def _price_line(palette: Palette) -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "x0": 0,
        "x1": 0,
        "y0": 0,
        "y1": 1,
        "line": {"color": palette.ink, "width": 1.2, "dash": "dot"},
        "layer": "below",
    }


def _ticks(reach: _Reach) -> dict[str, Any]:
    low, high = reach.axis
    least = (high - low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= least)
    values = [step * at for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return {"tickvals": values, "ticktext": [numbers.format_whole_percent(value) for value in values]}


def _layout(rows: Sequence[Refresh], reach: _Reach, palette: Palette) -> dict[str, Any]:
    return {
        **base_layout(palette),
        "height": firm_refresh_height(rows),
        "margin": MARGIN,
        "hoverlabel": hover_label(palette),
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            "range": reach.axis,
            **_ticks(reach),
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"color": palette.muted},
        },
        "yaxis": {
            "range": [max(len(rows), 1) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "fixedrange": True,
        },
    }
