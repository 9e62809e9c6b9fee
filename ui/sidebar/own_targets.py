"""The user's own targets: imported from a CSV file in the sidebar, saved permanently, exported and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from market import PriceTarget
from market.sample.sample import TARGETS_CSV
from market.store import store
from market.store.personal.sharing import EVERYONE, SHARING_NAMES, Sharing
from market.store.store import StoreAway, StoreProblem
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
from text.numbers import format_integer
from ui.components.number_columns import style_numbers, unstyled_format
from ui.sidebar.person import current_person

PROBLEM_KEY = "own-problem"
PRICE_COLUMNS = ("Target", "Prior")
MAX_MEGABYTES = MAX_BYTES // 1_000_000
MAX_NAMED_TICKERS = 8  # in one sentence; the others are counted
MAX_PROBLEMS_WITHOUT_SCROLLING = 6
FORMAT_HELP = (
    "A CSV file whose first line names its columns. Required: firm, symbol, date and target. Optional: analyst, rating,"
    " prior_rating, prior_target, currency, horizon, note and url. See the example. Decimals have a point or a comma,"
    " the same in the whole file."
    f" At most {MAX_MEGABYTES} MB and {format_integer(MAX_ROWS)} rows."
)


@dataclass(frozen=True)
class ImportedFile:
    """The outcome of an import: the rows read, how many are new, and what was left out; or why nothing was read."""

    name: str
    rows: tuple[PriceTarget, ...] = ()
    new_count: int = 0
    problems: tuple[RowProblem, ...] = ()
    error: str | None = None
    store_is_away: bool = False


def draw_own_targets() -> None:
    """Draw the file box, the outcome of the last import, and the button that lists the saved targets."""
    st.file_uploader(
        "Own targets",
        type=["csv", "txt", "tsv"],
        key="own-file",
        max_upload_size=MAX_MEGABYTES,
        on_change=_import_uploaded,
        help=FORMAT_HELP,
    )
    if (imported := st.session_state.get("own-imported")) is not None:
        _draw_outcome(imported)
    saved = store.get_store().count_own_targets(current_person())
    with st.container(horizontal=True, gap="small", key="own-actions"):
        if saved:
            st.button(
                f"{format_integer(saved)} saved",
                icon=":material/bookmark:",
                type="tertiary",
                key="own-show",
                on_click=_open,
            )
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
    if saved and st.session_state.get("own-open"):
        _draw_saved_targets()


def _import_uploaded() -> None:
    """Import a file once when it is dropped, not in every rerun that still finds it in the box."""
    file = st.session_state["own-file"]
    st.session_state["own-imported"] = None if file is None else _import_file(file.name, file.getvalue())


def _import_file(name: str, content: bytes) -> ImportedFile:
    try:
        read = read_targets_csv(content)
        new = store.get_store().add_own_targets(read.rows, current_person())
    except (UnreadableTargetsFile, StoreProblem) as error:
        return ImportedFile(name, error=str(error), store_is_away=isinstance(error, StoreAway))
    _clear_page_caches()
    return ImportedFile(name, read.rows, new, read.problems)


def _clear_page_caches() -> None:
    """Have pages load again: what they cached includes the own targets of that time."""
    st.cache_data.clear()


def _draw_outcome(imported: ImportedFile) -> None:
    name = escape_markdown(imported.name, 60)
    if imported.error is not None:
        st.error(f"{name}: {escape_markdown(imported.error, 400)}", icon=":material/block:")
        if imported.store_is_away:
            st.button("Import again", icon=":material/refresh:", key="own-again", on_click=_import_uploaded)
        return
    if imported.rows:
        st.success(f"{name}: {_success_phrase(imported)}", icon=":material/check:")
    elif not imported.problems:
        st.warning(f"{name} has column names but no rows.", icon=":material/info:")
    if imported.problems:
        _draw_problems(name, imported.problems)
    if imported.rows and (notice := store.get_store().notice):
        st.warning(escape_markdown(notice, 300), icon=":material/database_off:")


def _success_phrase(imported: ImportedFile) -> str:
    if not imported.new_count:
        return "nothing new, all its rows were saved before."
    symbols = list(dict.fromkeys(row.symbol for row in imported.rows))
    named = ", ".join(map(escape_markdown, symbols[:MAX_NAMED_TICKERS]))
    more = f" and {len(symbols) - MAX_NAMED_TICKERS} more tickers" if len(symbols) > MAX_NAMED_TICKERS else ""
    added = f"{numbers.format_count(imported.new_count, 'row')} added for {named}{more}."
    known = len(imported.rows) - imported.new_count
    if not known:
        return added
    return added + (
        " The other row was saved before." if known == 1 else f" The other {format_integer(known)} were saved before."
    )


def _draw_problems(name: str, problems: Sequence[RowProblem]) -> None:
    """List each row left out with its line and reason; many of them scroll, to keep the sidebar short."""
    st.warning(f"Left out of {name}:", icon=":material/rule:")
    fits = len(problems) <= MAX_PROBLEMS_WITHOUT_SCROLLING
    with st.container(height="content" if fits else 240, border=False, key="own-problems"):
        st.caption(
            "\n\n".join(
                f"**Line {format_integer(problem.line)}:** {escape_markdown(problem.reason, 300)}"
                for problem in problems
            )
        )


def _open() -> None:
    st.session_state["own-open"] = True


def _close() -> None:
    st.session_state["own-open"] = False


@st.dialog("Own targets", width="large", icon=":material/bookmark:", on_dismiss=_close)
def _draw_saved_targets() -> None:
    if not st.session_state.get("own-open"):  # closed by a button in it, which runs the dialog alone
        st.rerun()
    rows = store.get_store().own_targets(person=current_person())
    if (problem := st.session_state.pop(PROBLEM_KEY, None)) is not None:
        st.error(escape_markdown(problem, 400))
    frame = _to_frame(rows)
    price_format = unstyled_format(frame, "%.2f")
    table = st.dataframe(
        style_numbers(frame, dict.fromkeys(PRICE_COLUMNS, numbers.format_as_entered)),
        hide_index=True,
        height="content" if len(rows) <= 10 else 400,
        column_config={
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            **{
                column: st.column_config.NumberColumn(format=price_format)
                for column in PRICE_COLUMNS
                if column in frame
            },
            "Link": st.column_config.LinkColumn(),
        },
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"own-table {hash(rows)}",  # a selection is of rows, not of places that others' changes move
        alt="Own targets, as imported",
    )
    selected = [rows[index] for index in table["selection"]["rows"] if index < len(rows)]
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
        what = _selection_phrase(len(selected), len(rows))
        with st.popover(f"Delete {what}", icon=":material/delete:"):
            st.markdown(f"Delete {what}? They can be restored for 90 days, under **History** on the Watchlist page.")
            st.button(
                f"Delete {what} now",
                type="primary",
                key="own-delete",
                on_click=_delete,
                args=(selected or rows,),  # those that were shown, not what others have added since
            )
    _draw_sharing()


def _selection_phrase(selected_count: int, count: int) -> str:
    if selected_count:
        return numbers.format_count(selected_count, "selected row")
    return ("all " if count > 1 else "") + numbers.format_count(count, "row")


def _delete(rows: Sequence[PriceTarget]) -> None:
    try:
        deleted = store.get_store().delete_own_targets(rows, current_person())
    except StoreProblem as error:
        st.session_state[PROBLEM_KEY] = str(error)
        return
    st.session_state["own-imported"] = None
    _clear_page_caches()
    if deleted >= len(rows):
        _close()
        return
    kept = numbers.format_count(len(rows) - deleted, "row")
    st.session_state[PROBLEM_KEY] = f"{kept} not deleted: others share them to read only, or deleted them meanwhile."


def _draw_sharing() -> None:
    """Draw with whom the viewer's own targets are shared, where people sign in."""
    person = current_person()
    if person == EVERYONE:
        return
    sharing = store.get_store().sharing_of_own_targets(person)
    key = f"own-sharing {sharing}"
    st.segmented_control(
        "Your targets",
        list(SHARING_NAMES),
        default=sharing,
        required=True,
        format_func=SHARING_NAMES.__getitem__,
        key=key,
        on_change=lambda: _share(st.session_state[key]),
    )


def _share(sharing: Sharing) -> None:
    try:
        store.get_store().share_own_targets(sharing, current_person())
    except StoreProblem as error:
        st.session_state[PROBLEM_KEY] = str(error)
    _clear_page_caches()


def _to_frame(rows: Sequence[PriceTarget]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "Firm": [table_cell(row.firm) for row in rows],
            "Ticker": [row.symbol for row in rows],
            "Day": [row.date for row in rows],
            "Rating": [table_cell(row.rating) for row in rows],
            "From": [table_cell(row.prior_rating) for row in rows],
            "Target": [row.target for row in rows],
            "Prior": [row.prior_target for row in rows],
            "Currency": [row.currency for row in rows],
            "Horizon": [table_cell(row.horizon) for row in rows],
            "Analyst": [table_cell(row.analyst) for row in rows],
            "Note": [table_cell(row.note) for row in rows],
            "Link": [table_cell(row.url) for row in rows],
        }
    )
    return frame.dropna(axis="columns", how="all")
