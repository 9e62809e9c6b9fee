"""One's own targets: dropped on the sidebar as a CSV, kept over restarts, exported again, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from market import PriceTarget
from market.sample.sample import TARGETS_CSV
from market.store import store
from market.store.store import StoreProblem
from market.targets_csv import (
    MAX_BYTES,
    MAX_ROWS,
    RowProblem,
    UnreadableTargetsFile,
    read_targets_csv,
    write_targets_csv,
)
from text import numbers
from text.escape import escape_markdown, table_cell

MAX_MEGABYTES = MAX_BYTES // 1_000_000
NAMED = 8  # tickers; more of them are counted
WORDY = 6  # remarks; more of them are scrolled through
FORMAT = (
    "A CSV whose first line names its columns: firm, symbol, date and target are enough; analyst, rating,"
    " prior_rating, prior_target, horizon, note and url may be there too. The example shows one."
    f" At most {MAX_MEGABYTES} MB and {MAX_ROWS:,} rows."
)


@dataclass(frozen=True)
class Dropped:
    """What became of a file: how many of its rows are new, and what was left out; or why none of it was read."""

    name: str
    rows: tuple[PriceTarget, ...] = ()
    new: int = 0
    problems: tuple[RowProblem, ...] = ()
    refusal: str | None = None


def draw() -> None:
    """The drop box, what became of the file dropped last, and the way to those that are kept."""
    st.file_uploader(
        "Own targets",
        type=["csv", "txt", "tsv"],
        key="own-file",
        max_upload_size=MAX_MEGABYTES,
        on_change=_take,
        help=FORMAT,
    )
    if (dropped := st.session_state.get("own-dropped")) is not None:
        _outcome(dropped)
    kept = _count()
    with st.container(horizontal=True, gap="small", key="own-actions"):
        if kept:
            st.button(f"{kept:,} kept", icon=":material/bookmark:", type="tertiary", key="own-look", on_click=_open)
        st.download_button(
            "Example CSV",
            TARGETS_CSV.read_bytes(),
            TARGETS_CSV.name,
            "text/csv",
            icon=":material/description:",
            type="tertiary",
            on_click="ignore",
            key="own-example",
        )
    if kept and st.session_state.get("own-open"):
        _look_through()


def _take() -> None:
    """Runs once for each file dropped, not on every rerun that still finds it in the box."""
    file = st.session_state["own-file"]
    st.session_state["own-dropped"] = None if file is None else _dropped(file.name, file.getvalue())


def _dropped(name: str, content: bytes) -> Dropped:
    try:
        read = read_targets_csv(content)
        new = store.get_store().add_own_targets(read.rows)
    except (UnreadableTargetsFile, StoreProblem) as error:
        return Dropped(name, refusal=str(error))
    _news_for_every_page()
    return Dropped(name, read.rows, new, read.problems)


def _news_for_every_page() -> None:
    """What the pages have fetched was joined with the targets kept by then."""
    st.cache_data.clear()


@st.cache_data(ttl=60, max_entries=1, show_spinner=False)
def _count() -> int:
    return len(store.get_store().own_targets())


def _outcome(dropped: Dropped) -> None:
    name = escape_markdown(dropped.name, 60)
    if dropped.refusal is not None:
        st.error(f"{name}: {escape_markdown(dropped.refusal, 400)}", icon=":material/block:")
        return
    if dropped.rows:
        st.success(f"{name}: {_taken(dropped)}", icon=":material/check:")
    elif not dropped.problems:
        st.warning(f"{name} names its columns and has no row: add one below them.", icon=":material/info:")
    if dropped.problems:
        _left_out(name, dropped.problems)
    if dropped.rows and (notice := store.get_store().notice):
        st.warning(escape_markdown(notice, 300), icon=":material/database_off:")


def _taken(dropped: Dropped) -> str:
    known = len(dropped.rows) - dropped.new
    if not dropped.new:
        return "nothing new, all its rows are kept already."
    symbols = list(dict.fromkeys(row.symbol for row in dropped.rows))
    named = ", ".join(map(escape_markdown, symbols[:NAMED]))
    more = f" and {len(symbols) - NAMED} more tickers" if len(symbols) > NAMED else ""
    others = " The other one is kept already." if known == 1 else f" The other {known:,} are kept already."
    return f"{numbers.format_count(dropped.new, 'row')} taken, of {named}{more}." + (others if known else "")


def _left_out(name: str, problems: Sequence[RowProblem]) -> None:
    """Each with its line and reason; many of them scroll, so that the sidebar stays in reach."""
    st.warning(f"Left out of {name}:", icon=":material/rule:")
    with st.container(height="content" if len(problems) <= WORDY else 240, border=False, key="own-problems"):
        st.caption(
            "\n\n".join(f"**Line {problem.line:,}:** {escape_markdown(problem.reason, 300)}" for problem in problems)
        )


def _open() -> None:
    st.session_state["own-open"] = True


def _close() -> None:
    st.session_state["own-open"] = False


@st.dialog("Own targets", width="large", icon=":material/bookmark:", on_dismiss=_close)
def _look_through() -> None:
    rows = store.get_store().own_targets()
    picked = st.dataframe(
        _frame(rows),
        hide_index=True,
        height="content" if len(rows) <= 10 else 400,
        column_config={
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Prior": st.column_config.NumberColumn(format="%.2f"),
            "Target": st.column_config.NumberColumn(format="%.2f"),
            "Link": st.column_config.LinkColumn(),
        },
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        key="own-table",
        alt="One's own targets, as they were dropped",
    )
    chosen = [rows[at] for at in picked["selection"]["rows"] if at < len(rows)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download CSV",
            lambda: write_targets_csv(rows).encode("utf-8-sig"),
            "own-targets.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="own-export",
        )
        what = (
            f"{numbers.format_count(len(chosen), 'row')} chosen"
            if chosen
            else f"all {numbers.format_count(len(rows), 'row')}"
        )
        with st.popover(f"Forget {what}", icon=":material/delete:"):
            st.markdown(f"Forget {what}? They cannot be brought back: download them first if in doubt.")
            if st.button(f"Forget {what} now", type="primary", key="own-forget"):
                _forget(chosen or rows)
                st.rerun()


def _forget(rows: Sequence[PriceTarget]) -> None:
    try:
        store.get_store().delete_own_targets(rows)
    except StoreProblem as error:
        st.error(escape_markdown(str(error), 300))
        st.stop()
    st.session_state["own-dropped"] = None
    _close()
    _news_for_every_page()


def _frame(rows: Sequence[PriceTarget]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "Firm": [table_cell(row.firm) for row in rows],
            "Ticker": [row.symbol for row in rows],
            "Day": [row.date for row in rows],
            "Rating": [table_cell(row.rating) for row in rows],
            "From": [table_cell(row.prior_rating) for row in rows],
            "Target": [row.target for row in rows],
            "Prior": [row.prior_target for row in rows],
            "Horizon": [table_cell(row.horizon) for row in rows],
            "Analyst": [table_cell(row.analyst) for row in rows],
            "Note": [table_cell(row.note) for row in rows],
            "Link": [table_cell(row.url) for row in rows],
        }
    )
    return frame.dropna(axis="columns", how="all")
