"""One firm's latest targets across a sector: prior and new target of each ticker, relative to its price."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_warning, text_annotation
from charts.palette import PALETTES, Palette, Theme
from charts.source_names import is_demo, source_name
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange
from indicators.analysts.upside import upside_pct
from text import numbers
from text.escape import escape_plotly

MAX_ROOMY_ROWS = 14  # with more tickers, rows and type are smaller
ROOMY_ROW_PX, TIGHT_ROW_PX = 58, 34
MARGIN = {"l": 118, "r": 292, "t": 104, "b": 66}
TEXT_SHIFT_PX = 20 - MARGIN["l"]  # title and footer start left of the plot
TICKER_SHIFT_PX = 22 - MARGIN["l"]
UPSIDE_SHIFT_PX, RATING_SHIFT_PX = 74, 88  # right of the plot: end of the upside column, start of the rating column
MARK_GAP_PX = 11  # between the center of a mark and the figure beside it

FENCE_FACTOR = 1.5  # Tukey's: marks further than this many interquartile ranges from the middle half are clamped
MIN_INTERQUARTILE_PCT = 40.0
MIN_AXIS_PCT = 15.0  # on either side of the price, so that small differences do not look large
FIGURES_SHARE = 0.13  # of the axis on either side, for the figures beside the marks
MAX_TICKS = 8

CHANGE_SYMBOLS = {"raised": "triangle-right", "cut": "triangle-left"}
ACTION_ARROWS = {"upgraded": "▲ ", "downgraded": "▼ "}


@dataclass(frozen=True)
class Refresh:
    """A firm's rating change for one ticker, with that ticker's analysis on the as-of day."""

    news: RatingChange
    analysis: Analysis

    def against_price(self, target: float | None) -> float | None:
        """Return 100 (target / price - 1) with the as-of day's price; None without a target."""
        return None if target is None else upside_pct(target, self.analysis.price)

    @property
    def upside_pct(self) -> float:
        """The new target against the price; it must exist."""
        upside = self.against_price(self.news.target)
        assert upside is not None
        return upside

    @property
    def prior_pct(self) -> float | None:
        """The prior target against the price."""
        return self.against_price(self.news.prior_target)


@dataclass(frozen=True)
class _UpsideAxis:
    """The upsides in percent that the axis covers; a mark beyond stands at the nearer end."""

    low: float
    high: float

    def clamp(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def contains(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def range(self) -> list[float]:
        """Plotly's range: with room for the figures beside the outermost marks."""
        room = FIGURES_SHARE * (self.high - self.low)
        return [self.low - room, self.high + room]


@dataclass(frozen=True)
class _RowStyle:
    """How rows are drawn: in one line or two, and with each row's own date where dates differ."""

    roomy: bool
    dated: bool

    @property
    def line_break(self) -> str:
        return "<br>" if self.roomy else "  "


def firm_refresh_figure(firm: str, refreshes: Sequence[Refresh], theme: Theme = "light") -> go.Figure:
    """Return one row per ticker, highest upside first, with targets in percent of the ticker's price.

    Refreshes without a target are left out. A target far outside the others' range is drawn at the end of the
    axis with its figure, so that it does not compress the rest.
    """
    palette = PALETTES[theme]
    rows = sorted(
        (refresh for refresh in refreshes if refresh.news.target is not None), key=lambda refresh: -refresh.upside_pct
    )
    axis = _fit_axis(rows)
    style = _RowStyle(roomy=len(rows) <= MAX_ROOMY_ROWS, dated=len({row.news.date for row in rows}) > 1)
    return go.Figure(
        {
            "data": [*_stems(rows, axis, palette), _prior_marks(rows, axis, palette), _new_marks(rows, axis, palette)],
            "layout": _layout(rows, axis, palette)
            | {
                "annotations": [
                    *_title_and_headings(firm, rows, palette),
                    *(
                        label
                        for row, refresh in enumerate(rows)
                        for label in _figures(row, refresh, axis, palette, style)
                    ),
                    *(label for row, refresh in enumerate(rows) for label in _columns(row, refresh, palette, style)),
                    _footer(rows, palette),
                ],
                "shapes": [*_row_lines(len(rows), palette), _price_line(palette)],
            },
        }
    )


def firm_refresh_file_stem(firm: str, refreshes: Sequence[Refresh]) -> str:
    """Return `JPMorgan_sector_2025-11-24`, a file name without extension that every file system accepts."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", firm[:60]).strip("-") or "firm"
    return f"{name}_sector_{max((refresh.analysis.as_of for refresh in refreshes), default='none')}"


def firm_refresh_height(refreshes: Sequence[Refresh]) -> int:
    """Return the figure's height in pixels: one row per refresh with a target, title and footer."""
    rows = max(sum(refresh.news.target is not None for refresh in refreshes), 1)
    return MARGIN["t"] + MARGIN["b"] + rows * (ROOMY_ROW_PX if rows <= MAX_ROOMY_ROWS else TIGHT_ROW_PX)


def _fit_axis(rows: Sequence[Refresh]) -> _UpsideAxis:
    """Return the axis that covers all marks but those beyond Tukey's fences."""
    values = sorted(value for row in rows for value in (row.prior_pct, row.upside_pct) if value is not None)
    if not values:
        return _UpsideAxis(-MIN_AXIS_PCT, MIN_AXIS_PCT)
    lower_quartile, upper_quartile = values[len(values) // 4], values[(3 * len(values)) // 4]
    fence = FENCE_FACTOR * max(upper_quartile - lower_quartile, MIN_INTERQUARTILE_PCT)
    within = [value for value in values if lower_quartile - fence <= value <= upper_quartile + fence]
    return _UpsideAxis(min(within[0], -MIN_AXIS_PCT), max(within[-1], MIN_AXIS_PCT))


def _stems(rows: Sequence[Refresh], axis: _UpsideAxis, palette: Palette) -> list[dict[str, Any]]:
    """Return a line from the prior to the new target of each row whose target changed."""
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [axis.clamp(refresh.prior_pct), axis.clamp(refresh.upside_pct)],
            "y": [row, row],
            "line": {"color": palette.target_change(refresh.news.change), "width": 3},
            "hoverinfo": "skip",
        }
        for row, refresh in enumerate(rows)
        if refresh.prior_pct is not None and refresh.news.change in CHANGE_SYMBOLS
    ]


def _prior_marks(rows: Sequence[Refresh], axis: _UpsideAxis, palette: Palette) -> dict[str, Any]:
    with_prior = [
        (row, refresh.prior_pct, refresh.news.change)
        for row, refresh in enumerate(rows)
        if refresh.prior_pct is not None
    ]
    return _mark_trace([row for row, _, _ in with_prior], [axis.clamp(prior) for _, prior, _ in with_prior]) | {
        "marker": {
            "symbol": "circle",
            "size": 13,
            "color": palette.ground,
            "line": {"width": 2, "color": [palette.target_change(change) for _, _, change in with_prior]},
        },
        "hoverinfo": "skip",
    }


def _new_marks(rows: Sequence[Refresh], axis: _UpsideAxis, palette: Palette) -> dict[str, Any]:
    return _mark_trace(list(range(len(rows))), [axis.clamp(row.upside_pct) for row in rows]) | {
        "marker": {
            "symbol": [CHANGE_SYMBOLS.get(row.news.change or "", "circle") for row in rows],
            "size": [15 if row.news.change in CHANGE_SYMBOLS else 9 for row in rows],
            "color": [palette.target_change(row.news.change) for row in rows],
            "opacity": 1,
        },
        "hovertext": [_hover_text(row) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _mark_trace(rows: list[int], upsides: list[float]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "x": upsides, "y": rows, "cliponaxis": False}


def _hover_text(refresh: Refresh) -> str:
    news = refresh.news
    lines = [
        f"<b>{escape_plotly(news.symbol)}</b> {escape_plotly(refresh.analysis.name)}",
        escape_plotly(news.words(refresh.analysis.price_format), 90),
        f"{numbers.format_percent(refresh.upside_pct)} vs. price of {_price(refresh)}",
        numbers.format_day(news.date) + (f" · {escape_plotly(news.analyst)}" if news.analyst else ""),
    ]
    return "<br>".join(lines + ([f"<i>{escape_plotly(news.note, 90)}</i>"] if news.note else []))


def _price(refresh: Refresh) -> str:
    return escape_plotly(refresh.analysis.price_format.price(refresh.analysis.price))


def _target(refresh: Refresh, value: float) -> str:
    return escape_plotly(refresh.analysis.price_format.target(value))


def _figures(row: int, refresh: Refresh, axis: _UpsideAxis, palette: Palette, style: _RowStyle) -> list[dict[str, Any]]:
    """Return the targets beside their marks: the new one on the side it moved to, the prior one on the other."""
    news = refresh.news
    assert news.target is not None
    changed = news.change in CHANGE_SYMBOLS
    leftward = news.change == "cut" if changed else refresh.upside_pct < 0
    size = 13 if style.roomy else 11
    text = f"<b>{_target(refresh, news.target)}</b>{_figure_suffix(refresh, axis, palette)}"
    figures = [_figure_beside_mark(row, axis.clamp(refresh.upside_pct), text, leftward, palette.ink, size)]
    if changed and news.prior_target is not None and refresh.prior_pct is not None:
        prior = _target(refresh, news.prior_target)
        figures.append(
            _figure_beside_mark(row, axis.clamp(refresh.prior_pct), prior, not leftward, palette.muted, size)
        )
    return figures


def _figure_suffix(refresh: Refresh, axis: _UpsideAxis, palette: Palette) -> str:
    """Return an arrow if the target lies beyond the axis, or `kept` if it did not change."""
    if not axis.contains(refresh.upside_pct):
        return " →" if refresh.upside_pct > 0 else " ←"
    return f"<span style='color:{palette.muted}'> kept</span>" if refresh.news.change == "kept" else ""


def _figure_beside_mark(row: int, upside: float, text: str, leftward: bool, color: str, size: int) -> dict[str, Any]:
    return {
        "x": upside,
        "y": row,
        "text": text,
        "showarrow": False,
        "xanchor": "right" if leftward else "left",
        "xshift": -MARK_GAP_PX if leftward else MARK_GAP_PX,
        "font": {"color": color, "size": size},
    }


def _columns(row: int, refresh: Refresh, palette: Palette, style: _RowStyle) -> list[dict[str, Any]]:
    """Return the columns beside the plot: ticker and price on the left, upside and rating on the right."""
    large, small = (14, 12) if style.roomy else (11, 11)
    upside = f"<b>{numbers.format_percent(refresh.upside_pct)}</b>"
    right = {"yref": "y", "xanchor": "right", "align": "right", "xshift": UPSIDE_SHIFT_PX}
    return [
        text_annotation(
            _ticker_text(refresh, palette, style), 0.0, row, palette.ink, large, yref="y", xshift=TICKER_SHIFT_PX
        ),
        text_annotation(upside, 1.0, row, palette.ink, large, **right),
        text_annotation(
            _rating_text(refresh, palette, style), 1.0, row, palette.muted, small, yref="y", xshift=RATING_SHIFT_PX
        ),
    ]


def _ticker_text(refresh: Refresh, palette: Palette, style: _RowStyle) -> str:
    price = f"<span style='font-size:11px;color:{palette.muted}'>{_price(refresh)}</span>"
    return f"<b>{escape_plotly(refresh.news.symbol)}</b>{style.line_break}{price}"


def _rating_text(refresh: Refresh, palette: Palette, style: _RowStyle) -> str:
    """Return the rating, the rating it replaced, the row's date where dates differ, and `own` for an own target."""
    news = refresh.news
    action = news.action or ""
    color = {"upgraded": palette.rise, "downgraded": palette.fall}.get(action, palette.ink)
    rating = ACTION_ARROWS.get(action, "") + escape_plotly(news.rating or "", 26)
    replaced = f" from {escape_plotly(news.prior_rating, 14)}" if news.prior_rating and action in ACTION_ARROWS else ""
    details = [numbers.format_day(news.date)] * style.dated + ["own"] * (news.source == "own")
    line_break = style.line_break if rating and details else ""
    return f"<span style='color:{color}'>{rating}</span>{replaced}{line_break}{' · '.join(details)}"


def _title_and_headings(firm: str, rows: Sequence[Refresh], palette: Palette) -> list[dict[str, Any]]:
    title = f"<b>{escape_plotly(firm)}</b>  on {numbers.format_count(len(rows), 'ticker')}"
    right = {"xanchor": "right"}
    return [
        _text_above(title, 0.0, 58, palette.ink, 19, xshift=TEXT_SHIFT_PX),
        _text_above(_subtitle(rows, palette), 0.0, 38, palette.muted, 12, xshift=TEXT_SHIFT_PX),
        _text_above("Price", 0.0, 6, palette.muted, 12, xref="x", xanchor="center"),
        _text_above("Upside", 1.0, 6, palette.muted, 12, xshift=UPSIDE_SHIFT_PX, **right),
        _text_above("Rating", 1.0, 6, palette.muted, 12, xshift=RATING_SHIFT_PX),
        _text_above("○ prior  ● new target", 1.0, 38, palette.muted, 12, xshift=MARGIN["r"] - 18, **right),
    ]


def _subtitle(rows: Sequence[Refresh], palette: Palette) -> str:
    if not rows:
        return ""
    days = numbers.format_date_range([row.news.date for row in rows])
    as_of = numbers.format_day(max(row.analysis.as_of for row in rows))
    subtitle = f"Targets set {days}, relative to prices on {as_of}"
    if any(is_demo(row.analysis.source) for row in rows):
        return f"{subtitle} · {sample_warning(palette)}"
    return subtitle


def _footer(rows: Sequence[Refresh], palette: Palette) -> dict[str, Any]:
    sources = " and ".join(sorted({escape_plotly(source_name(row.analysis.source)) for row in rows}))
    bases = {row.analysis.price_basis for row in rows}
    basis = "Dividend-adjusted" if bases == {"dividend-adjusted"} else "Split-adjusted"
    text = " · ".join(filter(None, ("Upside = target / price − 1", f"{basis} closes", sources, "Levelboard")))
    return text_annotation(text, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-38, xshift=TEXT_SHIFT_PX)


def _text_above(text: str, x: float, shift_px: int, color: str, size: int, **overrides: object) -> dict[str, Any]:
    """Return text whose lower edge is `shift_px` above the plot."""
    return text_annotation(text, x, 1.0, color, size, yanchor="bottom", yshift=shift_px, **overrides)


def _row_lines(rows: int, palette: Palette) -> list[dict[str, Any]]:
    """Return a faint line above and below each row, from the tickers across the plot to the ratings."""
    line = {"type": "line", "xref": "paper", "layer": "below", "line": {"color": palette.grid, "width": 1}}
    plot_and_margins: tuple[dict[str, Any], ...] = (
        {"x0": 0, "x1": 1},
        {"xsizemode": "pixel", "xanchor": 0, "x0": TICKER_SHIFT_PX, "x1": 0},
        {"xsizemode": "pixel", "xanchor": 1, "x0": 0, "x1": MARGIN["r"] - 18},
    )
    return [line | part | {"y0": row - 0.5, "y1": row - 0.5} for row in range(rows + 1) for part in plot_and_margins]


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


def _ticks(axis: _UpsideAxis) -> dict[str, Any]:
    low, high = axis.range
    min_step = (high - low) / MAX_TICKS
    power = 10.0 ** math.floor(math.log10(min_step))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= min_step)
    values = [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return {"tickvals": values, "ticktext": [numbers.format_whole_percent(value) for value in values]}


def _layout(rows: Sequence[Refresh], axis: _UpsideAxis, palette: Palette) -> dict[str, Any]:
    return {
        **base_layout(palette),
        "height": firm_refresh_height(rows),
        "margin": MARGIN,
        "hoverlabel": hover_label(palette),
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            "range": axis.range,
            **_ticks(axis),
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
