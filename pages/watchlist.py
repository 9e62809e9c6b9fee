"""The Watchlist page: one row per ticker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from charts.palette import PALETTES, Palette
from exports.album import PictureOptions
from exports.watchlist_files import Rows, csv_bytes, excel_bytes, file_stem_of
from indicators.watchlist_row import FILTERS, Support, WatchlistRow, watchlist_row
from market.sources import is_demo
from text import numbers
from text.escape import escape_markdown, table_cell
from text.numbers import PriceFormat
from tickers.batch import FailedTicker
from ui.components import chart, sample_notice
from ui.components.source_phrase import source_phrase
from ui.loading import export_all, ticker_errors
from ui.loading.batch_run import BatchRun, current_run, draw_progress, redraw_until_over, restart_run
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
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.5rem 2.5rem 4rem; } }
</style>"""

RowsRun = BatchRun[WatchlistRow]


def main() -> None:
    st.html(STYLE)
    options = sidebar.view_options()
    watchlist = watchlist_picker.current_watchlist()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"## {escape_markdown(watchlist.name)}", width="stretch")
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
    export_all.draw_export()


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
        _draw_table(rows)
    elif loaded:
        st.caption("No tickers match. Remove a filter.")
    return rows if loaded else None


def _draw_summary(run: RowsRun, loaded: Sequence[WatchlistRow]) -> None:
    source = loaded[0].source
    sample_notice.draw_demo_notice(source)
    span = numbers.format_date_range([row.as_of for row in loaded])
    in_progress = ", sessions in progress" if any(row.in_progress for row in loaded) else ""
    ticker_errors.draw_notices((row.symbol, notice) for row in loaded for notice in row.notices)
    st.caption(
        f"As of {span}{in_progress}, source: {source_phrase(source)}, fetched {run.started_at:%H:%M}."
        " Click a row to open its chart."
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
    if not selected:
        return rows
    return {
        symbol: row
        for symbol, row in rows.items()
        if isinstance(row, WatchlistRow) and all(FILTERS[name](row) for name in selected)
    }


def _draw_table(rows: Rows) -> None:
    st.session_state["watchlist-shown"] = tuple(rows)
    frame = _to_frame(rows)
    palette = PALETTES[chart.theme()]
    st.dataframe(
        _style_table(frame, rows, palette),
        hide_index=True,
        height="content" if len(rows) <= MAX_ROWS_WITHOUT_SCROLLING else ROW_HEIGHT * MAX_ROWS_WITHOUT_SCROLLING,
        column_config={
            "Ticker": st.column_config.TextColumn(pinned=True, width=75),
            "60 closes": st.column_config.LineChartColumn(width=96, color=palette.consensus),
            "EMAs": st.column_config.TextColumn(
                width=158, help="How many of the EMAs the price is above: ▲ above, ▽ below, – too few bars"
            ),
            "In bands": st.column_config.ProgressColumn(
                format="%.0f%%",
                min_value=0,
                max_value=100,
                width=100,
                color=palette.kept,
                help="Percent b: 0% at the lower Bollinger Band, 100% at the upper, outside this range beyond them",
            ),
            "Upside": st.column_config.NumberColumn(help="Mean of the current targets / price − 1"),
            "Support": st.column_config.TextColumn(help="The trendline below the price, else the zone below it"),
            "Next resistance": st.column_config.TextColumn(help="The nearest level above the price, of any kind"),
            "Problem": st.column_config.TextColumn(width=240),
            "Newest": st.column_config.TextColumn(width=330),
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
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
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(rows)))
    frame.insert(0, "Ticker", [table_cell(row) for row in rows])
    if "Problem" in frame:
        frame.insert(1, "Problem", frame.pop("Problem"))
    return frame


def _problem(failed: FailedTicker) -> dict[str, Any]:
    return {"Problem": table_cell(failed.cause)}


def _cells(row: WatchlistRow) -> dict[str, Any]:
    support, resistance, newest = row.support, row.resistance, row.newest
    return {
        "Price": row.price,
        "Change": row.change_pct,
        "Upside": row.upside_pct,
        "60 closes": row.closes,
        "EMAs": _emas_phrase(row),
        "In bands": row.percent_b,
        "Support": support and f"{support.kind.capitalize()} {_price_range(support, row)}",
        "State": support and support.status,
        "To support": support and support.distance_pct,
        "Next resistance": resistance and f"{resistance.label} {row.price_format.number(resistance.price)}",
        "To resistance": resistance and resistance.distance_pct,
        "Newest": newest and table_cell(f"{newest.firm}: {newest.words(row.price_format)}"),
        "Day": newest and newest.date,
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
    """Write prices in their currencies and color the changes, whose signs say the same."""
    if "Price" not in frame:
        return frame
    percents: dict[str, Any] = dict.fromkeys(PERCENTS, numbers.format_percent)
    styler = frame.style.format(percents, na_rep="–")
    for written, positions in _positions_by_format(rows).items():
        figure: dict[str, Any] = {"Price": written.price}
        styler = styler.format(figure, subset=(positions, ["Price"]))
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
