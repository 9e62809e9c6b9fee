"""The Watchlist page: one row per ticker."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from alerts.recent_changes import Recent
from charts.palette import PALETTES, Palette
from exports.album import PictureOptions
from exports.watchlist_files import Rows, csv_bytes, excel_bytes, file_stem_of
from indicators.watchlist_row import FILTERS, Support, WatchlistRow, watchlist_row
from market.sources import is_demo
from text import numbers
from text.escape import escape_markdown, table_cell
from text.numbers import PriceFormat
from tickers.batch import FailedTicker
from ui import navigation
from ui.browser import window
from ui.components import chart, sample_notice
from ui.components.change_table import draw_changes
from ui.components.number_columns import round_columns
from ui.components.source_phrase import source_phrase
from ui.loading import export_all, ticker_errors
from ui.loading.batch_run import (
    MAX_AGE_SECONDS,
    BatchRun,
    current_run,
    draw_progress,
    redraw_until_over,
    restart_run,
)
from ui.loading.recent import recent_of, run_name
from ui.sidebar import sidebar, watchlist_editor, watchlist_picker
from ui.sidebar.sidebar import ViewOptions

MAX_ROWS_WITHOUT_SCROLLING = 18
ROW_HEIGHT = 36  # pixels
TABLE_KEY = "watchlist-table"
RUN_NAME = "watchlist rows"
PERCENTS = ("Change", "To support", "To resistance", "Upside")
FILES = (
    ("CSV", csv_bytes, "csv", "text/csv"),
    ("Excel", excel_bytes, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
RowsRun = BatchRun[WatchlistRow]


def main() -> None:
    options = sidebar.view_options()
    watchlist = watchlist_picker.current_watchlist()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(escape_markdown(watchlist.name), anchor=False, width="stretch")
        watchlist_editor.draw_editor()
        if st.button("Refresh", icon=":material/refresh:", key="watchlist-refresh"):
            restart_run(RUN_NAME, watchlist.symbols)
    watchlist_editor.draw_messages()
    if not watchlist.symbols:
        st.info("This list is empty. Add tickers with **Edit list**.")
        return
    run = current_run(RUN_NAME, watchlist.symbols, options.analysis_request(), watchlist_row)
    if run.over:
        st.fragment(_draw_rows_and_files)(run, options)
    else:
        redraw_until_over(_draw_rows, run)
    if run.over and not run.missing:
        _draw_last_changes(watchlist.symbols, options)
    export_all.draw_export()


def _draw_last_changes(symbols: tuple[str, ...], options: ViewOptions) -> None:
    """Draw what changed on the last session, once that is known."""
    request = options.analysis_request()
    run = current_run(run_name(1), symbols, request, recent_of(request, 1), MAX_AGE_SECONDS)
    if not run.over:
        redraw_until_over(lambda _: st.caption("Comparing with the session before."), run)
        return
    found = [recent for recent in run.by_symbol().values() if isinstance(recent, Recent)]
    changes = [change for recent in found for change in recent.changes]
    count = numbers.format_count(len(changes), "change")
    if changes:
        with st.expander(f"{count} on the last session", key="watchlist-changes-panel"):
            st.fragment(draw_changes)(changes, "watchlist-changes")
            st.page_link(navigation.CHANGES, label="All changes", icon=":material/difference:")


def _draw_rows_and_files(run: RowsRun, options: ViewOptions) -> None:
    """Draw the rows and the downloads made of them: a fragment, so that a filter redraws nothing else."""
    shown = _draw_rows(run)
    if shown is not None:
        _draw_downloads(shown, run, options)


def _draw_rows(run: RowsRun) -> Rows | None:
    """Draw the rows loaded so far and return those that the filters leave; None before there are any figures."""
    if (ticker := st.session_state.pop("watchlist-picked", None)) is not None:
        sidebar.open_levels(ticker)
    draw_progress(run)
    rows: Rows = run.by_symbol()
    loaded = [row for row in rows.values() if isinstance(row, WatchlistRow)]
    if loaded:
        _draw_summary(run, loaded)
        rows = _filter_rows(rows, loaded)
    elif rows and not is_demo(run.request.source):
        sample_notice.draw_sample_button("watchlist-sample")
    if rows:
        _draw_table(_nearest_first(rows) if run.over else rows)
    elif loaded:
        st.caption("No tickers match. Remove a filter.")
    return rows if loaded else None


def _nearest_first(rows: Rows) -> Rows:
    """Return the rows by how near the price is to a level, those without a level and those that failed last."""

    def atrs_away(symbol: str) -> float:
        row = rows[symbol]
        known = row.nearest_atr if isinstance(row, WatchlistRow) else None
        return math.inf if known is None else known

    return {symbol: rows[symbol] for symbol in sorted(rows, key=atrs_away)}


def _draw_summary(run: RowsRun, loaded: Sequence[WatchlistRow]) -> None:
    source = loaded[0].source
    sample_notice.draw_demo_notice(source)
    span = numbers.format_date_range([row.as_of for row in loaded])
    in_progress = ", sessions in progress" if any(row.in_progress for row in loaded) else ""
    ticker_errors.draw_notices((row.symbol, notice) for row in loaded for notice in row.notices)
    st.caption(
        f"As of {span}{in_progress}, source: {source_phrase(source)}, fetched {run.started_at:%H:%M}."
        " Click a ticker to open its chart."
    )


def _filter_rows(rows: Rows, loaded: Sequence[WatchlistRow]) -> Rows:
    """Draw the filters and return the rows that match all of them; a ticker without figures matches none."""
    counts = {name: sum(map(matches, loaded)) for name, matches in FILTERS.items()}
    selected = st.pills(
        "Show only",
        list(FILTERS),
        selection_mode="multi",
        format_func=lambda name: f"{name} ({counts[name]})",
        key="watchlist-filters",
        persist_state="session",
    )
    limits = _draw_limits()
    if not selected and not limits:
        return rows
    conditions = [*(FILTERS[name] for name in selected), *limits]
    return {
        symbol: row
        for symbol, row in rows.items()
        if isinstance(row, WatchlistRow) and all(holds(row) for holds in conditions)
    }


def _draw_limits() -> list[Callable[[WatchlistRow], bool]]:
    """Draw the two numbers that a row may have to reach, and return a condition for each one typed."""
    with st.container(horizontal=True):
        least = _draw_limit("Upside above, %", "The mean of the current targets / price − 1", "watchlist-upside")
        most = _draw_limit("ATRs to support below", "From the price down to the support", "watchlist-atrs")
    conditions: list[Callable[[WatchlistRow], bool]] = []
    if least is not None:
        conditions.append(lambda row: row.upside_pct is not None and row.upside_pct > least)
    if most is not None:
        conditions.append(lambda row: row.support_atr is not None and row.support_atr < most)
    return conditions


def _draw_limit(label: str, help: str, key: str) -> float | None:
    return st.number_input(
        label, value=None, step=1.0, placeholder="any", help=help, key=key, persist_state="session", width=180
    )


def _draw_table(rows: Rows) -> None:
    st.session_state["watchlist-shown"] = tuple(rows)
    frame = _to_frame(rows)
    palette = PALETTES[chart.theme()]
    is_phone = window.current_window().is_phone  # elsewhere all columns fit, and what is pinned is faint
    st.dataframe(
        _style_table(frame, rows, palette),
        hide_index=True,
        height="content" if len(rows) <= MAX_ROWS_WITHOUT_SCROLLING else ROW_HEIGHT * MAX_ROWS_WITHOUT_SCROLLING,
        column_config={
            "Ticker": st.column_config.TextColumn(pinned=is_phone, width=80),
            "Problem": st.column_config.TextColumn(width=250),
            "Price": st.column_config.NumberColumn(width=92),
            "Change": st.column_config.NumberColumn(width=78),
            "Upside": st.column_config.NumberColumn(width=76, help="Mean of the current targets / price − 1"),
            "EMAs": st.column_config.TextColumn(
                width=158, help="How many of the EMAs the price is above: ▲ above, ▽ below, – too few bars"
            ),
            "Support": st.column_config.TextColumn(
                width=150, help="The trendline below the price, else the zone below it"
            ),
            "To support": st.column_config.NumberColumn(width=88),
            "Next resistance": st.column_config.TextColumn(
                width=158, help="The nearest level above the price, of any kind"
            ),
            "To resistance": st.column_config.NumberColumn(width=96),
        },
        on_select=_remember_click,
        selection_mode="single-cell",
        placeholder="–",
        key=TABLE_KEY,
        alt="The tickers of the watchlist, with their levels and targets",
    )


def _remember_click() -> None:
    """Remember the ticker of the row clicked: the run that follows opens its page."""
    cells = st.session_state[TABLE_KEY]["selection"]["cells"]
    shown = st.session_state["watchlist-shown"]
    if cells and cells[0][0] < len(shown):
        st.session_state["watchlist-picked"] = shown[cells[0][0]]


def _to_frame(rows: Rows) -> pd.DataFrame:
    cells = [_problem(row) if isinstance(row, FailedTicker) else _cells(row) for row in rows.values()]
    frame = round_columns(pd.DataFrame(cells, index=pd.RangeIndex(len(rows))), dict.fromkeys(PERCENTS, 1))
    frame.insert(0, "Ticker", [table_cell(row) for row in rows])
    if "Problem" in frame:
        frame.insert(1, "Problem", frame.pop("Problem"))
    return frame


def _problem(failed: FailedTicker) -> dict[str, Any]:
    return {"Problem": table_cell(failed.cause)}


def _cells(row: WatchlistRow) -> dict[str, Any]:
    support, resistance = row.support, row.resistance
    return {
        "Price": round(row.price, row.price_format.places),
        "Change": row.change_pct,
        "Upside": row.upside_pct,
        "EMAs": _emas_phrase(row),
        "Support": support and f"{support.kind.capitalize()} {_price_range(support, row)}",
        "To support": support and support.distance_pct,
        "Next resistance": resistance and f"{resistance.label} {row.price_format.number(resistance.price)}",
        "To resistance": resistance and resistance.distance_pct,
    }


def _emas_phrase(row: WatchlistRow) -> str:
    """Return "2/4 ▲20 ▲50 ▽100 ▽200", which sorts by the count and needs no color."""
    known = [is_above for is_above in row.above.values() if is_above is not None]
    marks = {True: "▲", False: "▽", None: "–"}
    return f"{sum(known)}/{len(known)}  " + " ".join(f"{marks[above]}{span}" for span, above in row.above.items())


def _price_range(support: Support, row: WatchlistRow) -> str:
    if support.low == support.high:
        return row.price_format.number(support.low)
    return f"{row.price_format.number(support.low)}–{row.price_format.number(support.high)}"


def _style_table(frame: pd.DataFrame, rows: Rows, palette: Palette) -> Styler | pd.DataFrame:
    """Write prices in their currencies, tickers as links, and color the changes, whose signs say the same."""
    if "Price" not in frame:
        return frame
    percents: dict[str, Any] = dict.fromkeys(PERCENTS, numbers.format_percent)
    styler = frame.style.format(percents, na_rep="–")
    for written, positions in _positions_by_format(rows).items():
        figure: dict[str, Any] = {"Price": written.price}
        styler = styler.format(figure, subset=(positions, ["Price"]))
    styler = styler.map(lambda _: f"color: {palette.consensus}; font-weight: 600", subset=["Ticker"])
    return styler.map(partial(_change_color, palette=palette), subset=["Change", "Upside"])


def _positions_by_format(rows: Rows) -> dict[PriceFormat, list[int]]:
    """Return the positions of the rows by how their prices are written."""
    positions: dict[PriceFormat, list[int]] = {}
    for position, row in enumerate(rows.values()):
        if isinstance(row, WatchlistRow):
            positions.setdefault(row.price_format, []).append(position)
    return positions


def _change_color(value: object, palette: Palette) -> str:
    if not isinstance(value, float) or pd.isna(value) or value == 0:
        return ""
    return f"color: {palette.rise if value > 0 else palette.fall}"


def _draw_downloads(rows: Rows, run: RowsRun, options: ViewOptions) -> None:
    """Draw the buttons that save the rows shown, and the pictures of all tickers."""
    name = watchlist_picker.current_watchlist().name
    with st.container(horizontal=True):
        for label, to_bytes, extension, mime in FILES:
            st.download_button(
                label,
                partial(to_bytes, rows),
                f"{file_stem_of(name)}.{extension}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                disabled=not rows,
                key=f"watchlist-{extension}",
                help="The rows shown, with every figure",
            )
        picture_options = PictureOptions(options.period, options.overlays, chart.theme())
        request = replace(run.request, interval=options.interval)
        export_all.draw_export_button(name, run.symbols, request, picture_options)


main()
