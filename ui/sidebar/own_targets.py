"""The user's own targets in the sidebar: a CSV file is dropped, checked row by row, and saved permanently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from market import PriceTarget
from market.sample.sample import TARGETS_CSV
from market.store import store
from market.store.store import StoreAway, StoreProblem
from market.targets_csv import (
    MAX_BYTES,
    MAX_ROWS,
    RowProblem,
    UnreadableTargetsFile,
    read_targets_csv,
)
from text import numbers
from text.escape import escape_markdown
from text.numbers import format_integer
from ui.sidebar.person import current_person
from ui.sidebar.saved_targets import clear_page_caches, draw_saved_targets, open_saved_targets

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
                on_click=open_saved_targets,
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
    if saved:
        draw_saved_targets()


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
    clear_page_caches()
    return ImportedFile(name, read.rows, new, read.problems)


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
