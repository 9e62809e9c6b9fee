"""The dialog of the user's saved own targets: listed, exported, deleted, shared."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from market import PriceTarget
from market.store import store
from market.store.personal.sharing import EVERYONE, SHARING_NAMES, Sharing
from market.store.store import StoreProblem
from market.targets_csv import write_targets_csv
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.components.number_columns import style_numbers, unstyled_format
from ui.sidebar.person import current_person

PROBLEM_KEY = "own-problem"
PRICE_COLUMNS = ("Target", "Prior")
MAX_ROWS_WITHOUT_SCROLLING = 10


def clear_page_caches() -> None:
    """Have pages load again: what they cached includes the own targets of that time."""
    st.cache_data.clear()


def open_saved_targets() -> None:
    """Have the dialog drawn from the next run on."""
    st.session_state["own-open"] = True


def _close() -> None:
    st.session_state["own-open"] = False


def draw_saved_targets() -> None:
    """Draw the dialog of the saved targets, where it is open."""
    if st.session_state.get("own-open"):
        _draw_dialog()


@st.dialog("Own targets", width="large", icon=":material/bookmark:", on_dismiss=_close)
def _draw_dialog() -> None:
    if not st.session_state.get("own-open"):  # closed by a button in it, which runs the dialog alone
        st.rerun()
    rows = store.get_store().own_targets(person=current_person())
    if (problem := st.session_state.pop(PROBLEM_KEY, None)) is not None:
        st.error(escape_markdown(problem, 400))
    selected = _draw_table(rows)
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
        _draw_deletion(rows, selected)
    _draw_sharing()


def _draw_table(rows: tuple[PriceTarget, ...]) -> list[PriceTarget]:
    """Draw the rows and return those selected."""
    frame = _to_frame(rows)
    price = st.column_config.NumberColumn(format=unstyled_format(frame, "%.2f"))
    table = st.dataframe(
        style_numbers(frame, dict.fromkeys(PRICE_COLUMNS, numbers.format_as_entered)),
        hide_index=True,
        height="content" if len(rows) <= MAX_ROWS_WITHOUT_SCROLLING else 400,
        column_config={
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            **{column: price for column in PRICE_COLUMNS if column in frame},
            "Link": st.column_config.LinkColumn(),
        },
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"own-table {hash(rows)}",  # a selection is of rows, not of places that others' changes move
        alt="Own targets, as imported",
    )
    return [rows[index] for index in table["selection"]["rows"] if index < len(rows)]


def _draw_deletion(rows: Sequence[PriceTarget], selected: Sequence[PriceTarget]) -> None:
    """Offer to delete the rows selected, or without any all that were shown, not what others have added since."""
    what = _selection_phrase(len(selected), len(rows))
    with st.popover(f"Delete {what}", icon=":material/delete:"):
        st.markdown(f"Delete {what}? They can be restored for 90 days, under **History** on the Watchlist page.")
        st.button(
            f"Delete {what} now",
            type="primary",
            key="own-delete",
            on_click=_delete,
            args=(selected or rows,),
        )


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
    clear_page_caches()
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
    clear_page_caches()


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
