"""A whole watchlist at a glance: one row a ticker."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from charts.palette import PALETTES, Palette
from exports.album import PictureOptions
from indicators.watchlist_row import FILTERS, Support, WatchlistRow, watchlist_row
from market.errors import BadSymbol
from market.sources import retry_now, waiting_requests
from text import numbers
from text.escape import escape_markdown, table_cell
from tickers.batch import FailedTicker, run_as_completed
from tickers.request import AnalysisRequest, load_analysis
from ui.components import chart, sample_notice
from ui.components.source_phrase import source_phrase
from ui.components.watchlist_files import Rows, csv_bytes, excel_bytes, stem
from ui.loading import export_all, ticker_errors
from ui.loading.background import Background
from ui.loading.batch_run import cache_version, poll, queue_phrase, time_left
from ui.sidebar import sidebar, watchlist_picker
from ui.sidebar.sidebar import Choice

TALLEST = 18  # rows shown without scrolling within the table
TABLE = "watchlist-table"
PERCENTS = ("Change", "To support", "To resistance", "Upside")
FILES = (
    ("CSV", csv_bytes, "csv", "text/csv"),
    ("Excel", excel_bytes, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.5rem 2.5rem 4rem; } }
</style>"""


@dataclass
class Run:
    """The rows of one watchlist as they come; `key` says what they were made for."""

    key: tuple[object, ...]
    request: AnalysisRequest
    symbols: tuple[str, ...]
    rows: dict[str, WatchlistRow | FailedTicker] = field(default_factory=dict)
    at: datetime = field(default_factory=datetime.now)
    work: Background[tuple[str, WatchlistRow | FailedTicker]] | None = None

    @property
    def over(self) -> bool:
        """No more rows are awaited; one under way at a stop is not taken any more."""
        return self.work is None or self.work.over or self.work.stopped

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(symbol for symbol in self.symbols if symbol not in self.rows)


def main() -> None:
    st.html(STYLE)
    choice = sidebar.choice()
    watchlist = watchlist_picker.current()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"## {escape_markdown(watchlist.name)}", width="stretch")
        watchlist_picker.edit()
        again = st.button("Refresh", icon=":material/refresh:", key="watchlist-refresh")
    watchlist_picker.draw_messages()
    if not watchlist.symbols:
        st.info("This list is empty: put tickers into it with «Edit list».")
        return
    run = _run(watchlist.symbols, choice, again)
    if run.over:
        st.fragment(_whole)(run, choice)
    else:
        poll(_rows, run)
    export_all.draw()


def _run(symbols: tuple[str, ...], choice: Choice, again: bool) -> Run:
    """The rows that are there or on their way; begun anew for another list, day, scale or source, or when asked."""
    request = AnalysisRequest(choice.source, choice.as_of, choice.scale, choice.basis)
    key = (symbols, request, cache_version())
    run: Run | None = st.session_state.get("watchlist-run")
    if run is None or run.key != key or again:
        if again and run is not None:
            _lift_pauses(run)
        run = st.session_state["watchlist-run"] = Run(key, request, symbols)
        _go_on(run)
    return run


def _lift_pauses(run: Run) -> None:
    """Who refreshes wants those tried that failed or are old, also where they failed a moment ago."""
    for symbol in run.symbols:
        each = run.rows.get(symbol)
        if isinstance(each, FailedTicker) or (each is not None and each.notices):
            with suppress(BadSymbol):
                retry_now(symbol)


def _go_on(run: Run) -> None:
    """Begins with what is missing."""
    missing, rows = run.missing, run.rows
    work = run_as_completed(partial(_row, request=run.request), missing)
    run.work = Background(work, len(missing), lambda each: rows.update([each]))


def _row(symbol: str, request: AnalysisRequest) -> WatchlistRow:
    return watchlist_row(load_analysis(symbol, request))


def _whole(run: Run, choice: Choice) -> None:
    """The rows and what can be made of them: a fragment of its own, so that a filter draws nothing else anew."""
    shown = _rows(run)
    if shown is not None:
        _files(shown, run, choice)


def _rows(run: Run) -> Rows | None:
    """Draws the rows that are there and returns those shown; None before there are any figures."""
    if (ticker := st.session_state.pop("watchlist-picked", None)) is not None:
        sidebar.open_levels(ticker)
    _under_way(run)
    come = dict(run.rows)
    rows: Rows = {symbol: come[symbol] for symbol in run.symbols if symbol in come}
    good = [row for row in rows.values() if isinstance(row, WatchlistRow)]
    if good:
        _about(run, good)
        rows = _filtered(rows, good)
    elif rows and run.request.source == "yahoo":
        sample_notice.offer("watchlist-sample")
    if rows:
        _table(rows)
    elif good:
        st.caption("No ticker is all of that: take a filter off.")
    return rows if good else None


def _under_way(run: Run) -> None:
    work = run.work
    if work is None or (run.over and not run.missing):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="watchlist-progress"):
        share = len(run.rows) / len(run.symbols)
        queue = "" if run.over else queue_phrase(waiting_requests())
        told = f"{len(run.rows)} of {len(run.symbols)} tickers{time_left(work)}{queue}"
        st.progress(share, text=told, width="stretch")
        if run.over:
            st.button("Go on", icon=":material/play_arrow:", key="watchlist-go-on", on_click=_go_on, args=(run,))
        else:
            st.button("Stop", icon=":material/stop:", key="watchlist-stop", on_click=work.stop)


def _about(run: Run, good: Sequence[WatchlistRow]) -> None:
    if any(row.source == "sample" for row in good):
        sample_notice.draw()
    span = numbers.format_date_range([row.as_of for row in good])
    moving = ", sessions in progress" if any(row.in_progress for row in good) else ""
    if old := ticker_errors.group_by_reason((row.symbol, words) for row in good for words in row.notices):
        st.info("\n\n".join(escape_markdown(each, 400) for each in old), icon=":material/schedule:")
    told = f"As of {span}{moving}, source: {source_phrase(good[0].source)}, fetched {run.at:%H:%M}."
    st.caption(f"{told} A click on a row opens its chart.")


def _filtered(rows: Rows, good: Sequence[WatchlistRow]) -> Rows:
    """The rows that are all that is asked for; those without figures only where nothing is."""
    counts = {name: sum(map(holds, good)) for name, holds in FILTERS.items()}
    chosen = st.pills(
        "Show only",
        list(FILTERS),
        selection_mode="multi",
        format_func=lambda name: f"{name} ({counts[name]})",
        key="watchlist-filters",
        persist_state="session",
    )
    if not chosen:
        return rows
    return {
        symbol: each
        for symbol, each in rows.items()
        if isinstance(each, WatchlistRow) and all(FILTERS[name](each) for name in chosen)
    }


def _table(rows: Rows) -> None:
    st.session_state["watchlist-shown"] = tuple(rows)
    frame = _frame(rows)
    palette = PALETTES[chart.theme()]
    st.dataframe(
        _styled(frame, rows, palette),
        hide_index=True,
        height="content" if len(rows) <= TALLEST else 36 * TALLEST,
        column_config={
            "Ticker": st.column_config.TextColumn(pinned=True, width=75),
            "60 closes": st.column_config.LineChartColumn(width=96, color=palette.consensus),
            "EMAs": st.column_config.TextColumn(
                width=158, help="How many of the EMAs the price is above; ▲ above, ▽ below, – not there yet"
            ),
            "In bands": st.column_config.ProgressColumn(
                format="%.0f%%",
                min_value=0,
                max_value=100,
                width=100,
                color=palette.kept,
                help="0 % at the lower Bollinger Band, 100 % at the upper; beyond them below 0 or above 100",
            ),
            "Upside": st.column_config.NumberColumn(help="Mean of the standing targets / price − 1"),
            "Support": st.column_config.TextColumn(help="The trendline under the price, else the zone under it"),
            "Next resistance": st.column_config.TextColumn(help="The nearest level above the price, of any kind"),
            "Problem": st.column_config.TextColumn(width=240),
            "Newest": st.column_config.TextColumn(width=330),
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        on_select=_pick,
        selection_mode="single-cell",
        placeholder="–",
        key=TABLE,
        alt="The tickers of the watchlist, with their levels and targets",
    )


def _pick() -> None:
    cells = st.session_state[TABLE]["selection"]["cells"]
    shown = st.session_state["watchlist-shown"]
    if cells and cells[0][0] < len(shown):
        st.session_state["watchlist-picked"] = shown[cells[0][0]]


def _frame(rows: Rows) -> pd.DataFrame:
    cells = [_problem(row) if isinstance(row, FailedTicker) else _cells(row) for row in rows.values()]
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(rows)))
    frame.insert(0, "Ticker", [table_cell(row) for row in rows])
    if "Problem" in frame:
        frame.insert(1, "Problem", frame.pop("Problem"))
    return frame


def _problem(failed: FailedTicker) -> dict[str, Any]:
    return {"Problem": table_cell(failed.reason.removeprefix(f"{failed.symbol}: "))}


def _cells(row: WatchlistRow) -> dict[str, Any]:
    support, resistance, newest = row.support, row.resistance, row.newest
    return {
        "Price": row.price,
        "Change": row.change_pct,
        "Upside": row.upside_pct,
        "60 closes": row.closes,
        "EMAs": _emas(row),
        "In bands": row.percent_b,
        "Support": support and f"{support.kind.capitalize()} {_place(support, row)}",
        "State": support and support.status,
        "To support": support and support.distance_pct,
        "Next resistance": resistance and f"{resistance.label} {_figure(resistance.price, row)}",
        "To resistance": resistance and resistance.distance_pct,
        "Newest": newest and table_cell(f"{newest.firm}: {newest.words(row.currency)}"),
        "Day": newest and newest.date,
    }


def _emas(row: WatchlistRow) -> str:
    """«2/4 ▲20 ▲50 ▽100 ▽200»: sorts by the count, and needs no colour."""
    known = [place for place in row.above.values() if place is not None]
    marks = {True: "▲", False: "▽", None: "–"}
    return f"{sum(known)}/{len(known)}  " + " ".join(f"{marks[each]}{span}" for span, each in row.above.items())


def _place(support: Support, row: WatchlistRow) -> str:
    if support.low == support.high:
        return _figure(support.low, row)
    return f"{_figure(support.low, row)}–{_figure(support.high, row)}"


def _figure(price: float, row: WatchlistRow) -> str:
    return numbers.format_number(price, numbers.price_decimals(row.price))


def _styled(frame: pd.DataFrame, rows: Rows, palette: Palette) -> Styler | pd.DataFrame:
    """Prices in their currencies and changes in colour, which their signs say too."""
    if "Price" not in frame:
        return frame
    percents: dict[str, Any] = dict.fromkeys(PERCENTS, numbers.format_percent)
    styler = frame.style.format(percents, na_rep="–")
    for (currency, places), at in _by_precision(rows).items():
        written = partial(numbers.format_price, currency=currency, places=places)
        styler = styler.format({"Price": written}, subset=(at, ["Price"]))
    return styler.map(partial(_colour, palette=palette), subset=["Change", "Upside"])


def _by_precision(rows: Rows) -> dict[tuple[str, int], list[int]]:
    """The places of the rows whose prices are written alike."""
    alike: dict[tuple[str, int], list[int]] = {}
    for place, row in enumerate(rows.values()):
        if isinstance(row, WatchlistRow):
            alike.setdefault((row.currency, numbers.price_decimals(row.price)), []).append(place)
    return alike


def _colour(value: object, palette: Palette) -> str:
    if not isinstance(value, float) or pd.isna(value) or value == 0:
        return ""
    return f"color: {palette.rise if value > 0 else palette.fall}"


def _files(rows: Rows, run: Run, choice: Choice) -> None:
    """The rows shown as a file, and all their pictures in another."""
    name = watchlist_picker.current().name
    with st.container(horizontal=True):
        for label, content, ending, mime in FILES:
            st.download_button(
                label,
                partial(content, rows),
                f"{stem(name)}.{ending}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                disabled=not rows,
                key=f"watchlist-{ending}",
                help="The rows shown, with every figure",
            )
        options = PictureOptions(choice.period, choice.overlays, chart.theme())
        export_all.button(name, run.symbols, run.request, options)


main()
