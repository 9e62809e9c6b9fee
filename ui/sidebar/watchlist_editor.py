"""Editing watchlists, on the Watchlist page: an edit is saved on the version that its form was opened with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from market.store.personal.sharing import EVERYONE, SHARING_NAMES, Sharing
from market.store.store import EditConflict, StoreProblem, Watchlist, get_store
from market.symbols import parse_symbols, split_symbols
from text.escape import escape_markdown
from text.numbers import format_integer
from ui.sidebar import watchlist_picker
from ui.sidebar.edit_history import draw_history
from ui.sidebar.person import current_person

CONFIRM_KEY = "watchlist-confirm-delete"
EDIT_POPOVER_KEY, DRAFT_KEY = "watchlist-edit-list", "watchlist-draft"
NEW_POPOVER_KEY, CREATED_KEY, NEW_COUNT_KEY = "watchlist-new-list", "watchlist-created", "watchlist-new-count"
MAX_TICKERS = 500  # a longer table is no overview any more; `levelboard.py scan` is made for more
MAX_TEXT_LENGTH = 50_000  # characters: a megabyte pasted as one word stops the browser
TICKERS_HELP = (
    "Separate tickers with spaces, commas or line breaks, as pasted from a spreadsheet or a post. Their order is kept."
)


@dataclass(frozen=True)
class Draft:
    """An edit under way. `opened`: the list when the form was opened. `base`: the list that saving replaces.

    `conflict`: why the edit could not be saved; `base` is then the list of the others, which saving again replaces.
    """

    opened: Watchlist
    base: Watchlist
    conflict: EditConflict | None = None


def draw_editor() -> None:
    """Draw the popovers that change watchlists; nothing while the store is away and none is known."""
    if not watchlist_picker.visible_watchlists():
        return
    with st.popover("Edit list", icon=":material/edit:", key=EDIT_POPOVER_KEY, on_change="rerun") as popover:
        _draw_edit_form(_current_draft(is_open=bool(popover.open)))
    if st.session_state.pop(CREATED_KEY, False):
        st.session_state[NEW_POPOVER_KEY] = False  # not in the run that created the list: it was drawn by then
    with st.popover("New list", icon=":material/playlist_add:", key=NEW_POPOVER_KEY, on_change="rerun"):
        _draw_new_form()
    draw_history()


def draw_messages() -> None:
    """Draw what became of the last change, until the next change or another list."""
    for kind, sentence in st.session_state.get(watchlist_picker.MESSAGES_KEY, ()):
        {"error": st.error, "warning": st.warning, "info": st.info}[kind](escape_markdown(sentence, 400))


def _current_draft(is_open: bool) -> Draft:
    """Return the draft of the open list: a form that is open stays as it is, whatever others save or delete."""
    current = watchlist_picker.current_watchlist()
    draft: Draft | None = st.session_state.get(DRAFT_KEY)
    if draft is not None and (is_open or draft.conflict is not None):
        is_deleted = all(other.id != draft.opened.id for other in watchlist_picker.visible_watchlists())
        if draft.opened.id == current.id or is_deleted:
            return draft
    draft = st.session_state[DRAFT_KEY] = Draft(current, current)
    return draft


def _draw_edit_form(draft: Draft) -> None:
    """Draw the form of one list; the keys of its widgets carry the list's version, so another list starts fresh."""
    watchlist = draft.opened
    if not watchlist.may_be_edited_by(current_person()):
        st.caption(escape_markdown(f"Shared to read by {watchlist.owner}: save what you change as a new list.", 400))
        return
    if draft.conflict is not None:
        _draw_conflict(draft.conflict)
    state = f"{watchlist.id} {watchlist.version}"
    with st.form(f"watchlist-edit {state}", border=False):
        name = st.text_input("Name", watchlist.name, key=f"watchlist-name {state}", max_chars=60)
        text = _draw_tickers_area("\n".join(watchlist.symbols), f"watchlist-as {state}")
        if st.form_submit_button("Save", icon=":material/check:", type="primary"):
            _change_and_rerun(partial(_save, draft, name, text))
    _draw_place_and_deletion(watchlist)
    _draw_sharing(watchlist)


def _draw_conflict(conflict: EditConflict) -> None:
    """Draw what the others saved above the form, which keeps what was typed."""
    st.warning(escape_markdown(str(conflict), 400), icon=":material/call_split:")
    if conflict.theirs is not None:
        st.markdown(f"**Theirs:** {escape_markdown(conflict.theirs.name)}")
        st.code(" ".join(conflict.theirs.symbols) or "no tickers", language=None, wrap_lines=True)
    label = "Leave it deleted" if conflict.theirs is None else "Keep theirs"
    st.button(label, icon=":material/undo:", key="watchlist-keep-theirs", on_click=_forget_draft)
    st.markdown("**Yours:**")


def _draw_place_and_deletion(watchlist: Watchlist) -> None:
    lists = watchlist_picker.visible_watchlists()
    place = next((place for place, other in enumerate(lists) if other.id == watchlist.id), 0)
    above, below = lists[max(place - 1, 0)], lists[min(place + 1, len(lists) - 1)]
    with st.container(horizontal=True):
        _draw_button("Move up", ":material/arrow_upward:", partial(_order, watchlist, above), disabled=place == 0)
        is_last = place == len(lists) - 1
        _draw_button("Move down", ":material/arrow_downward:", partial(_order, below, watchlist), disabled=is_last)
        st.button(
            "Delete", icon=":material/delete:", key="watchlist-delete", on_click=_ask_to_confirm, args=(watchlist.id,)
        )
    if st.session_state.get(CONFIRM_KEY) == watchlist.id:
        label = f'Delete "{escape_markdown(watchlist.name)}" now'
        _draw_button(label, ":material/delete_forever:", partial(_delete, watchlist))


def _draw_sharing(watchlist: Watchlist) -> None:
    """Draw with whom the list is shared, for its owner where people sign in."""
    if watchlist.owner != current_person() or watchlist.owner == EVERYONE:
        return
    key = f"watchlist-sharing {watchlist.id} {watchlist.sharing}"
    st.segmented_control(
        "Others",
        list(SHARING_NAMES),
        default=watchlist.sharing,
        required=True,
        format_func=SHARING_NAMES.__getitem__,
        key=key,
        on_change=lambda: _change(partial(_share, watchlist, st.session_state[key])),
    )


def _draw_new_form() -> None:
    """Draw an empty form; after a list was created another one, so that a failure keeps what was typed."""
    count = st.session_state.get(NEW_COUNT_KEY, 0)
    with st.form(f"watchlist-new {count}", border=False):
        name = st.text_input("Name", placeholder="Semiconductors", key=f"watchlist-new-name {count}", max_chars=60)
        text = _draw_tickers_area("", f"watchlist-new-as {count}")
        if st.form_submit_button("Create", icon=":material/check:", type="primary"):
            _change_and_rerun(partial(_create, name, text))


def _draw_tickers_area(text: str, key: str) -> str:
    return st.text_area(
        "Tickers",
        text,
        max_chars=MAX_TEXT_LENGTH,
        height=220,
        placeholder="NVDA, AMD, AVGO",
        help=TICKERS_HELP,
        key=key,
    )


def _draw_button(label: str, icon: str, change: partial[None], disabled: bool = False) -> None:
    key = f"watchlist-{change.func.__name__} {label}"
    st.button(label, icon=icon, disabled=disabled, key=key, on_click=_change, args=(change,))


def _change_and_rerun(change: Callable[[], None]) -> None:
    """Change the lists, then draw the whole page again, with its sidebar."""
    _change(change)
    st.rerun()


def _change(change: Callable[[], None]) -> None:
    watchlist_picker.clear_messages()
    try:
        change()
    except StoreProblem as problem:
        _add_message("error", str(problem))


def _add_message(kind: str, sentence: str) -> None:
    st.session_state.setdefault(watchlist_picker.MESSAGES_KEY, []).append((kind, sentence))


def _save(draft: Draft, name: str, text: str) -> None:
    symbols = _parse_tickers(text)
    try:
        saved = get_store().edit_watchlist(draft.base, name, symbols, current_person())
    except EditConflict as conflict:
        base = conflict.theirs or watchlist_picker.NO_WATCHLIST
        st.session_state[DRAFT_KEY] = Draft(draft.opened, base, conflict)
        raise
    st.session_state.pop(DRAFT_KEY, None)
    if saved.symbols != symbols:
        _add_message("info", f'"{saved.name}" was changed meanwhile: it has your changes and those of the others.')
    watchlist_picker.open_watchlist(saved)


def _forget_draft() -> None:
    watchlist_picker.clear_messages()
    st.session_state.pop(DRAFT_KEY, None)


def _create(name: str, text: str) -> None:
    created = get_store().create_watchlist(name, _parse_tickers(text), current_person())
    st.session_state[CREATED_KEY] = True
    st.session_state[NEW_COUNT_KEY] = st.session_state.get(NEW_COUNT_KEY, 0) + 1
    watchlist_picker.open_watchlist(created)


def _parse_tickers(text: str) -> tuple[str, ...]:
    """Return the tickers of a pasted text, `$CIFR` as CIFR, without repeats.

    A message names the first word that cannot be a ticker and counts the others.
    """
    symbols, errors = parse_symbols(split_symbols(text))
    if errors:
        skipped = f"it and {format_integer(len(errors) - 1)} more were" if len(errors) > 1 else "it was"
        _add_message("warning", f"{errors[0]}; {skipped} left out.")
    if len(symbols) > MAX_TICKERS:
        _add_message(
            "warning",
            f"A watchlist holds {MAX_TICKERS} tickers: only the first {MAX_TICKERS} of {format_integer(len(symbols))}"
            " were added.",
        )
    return tuple(dict.fromkeys(symbols[:MAX_TICKERS]))


def _order(first: Watchlist, second: Watchlist) -> None:
    get_store().order_watchlists(first, second, current_person())


def _share(watchlist: Watchlist, sharing: Sharing) -> None:
    get_store().share_watchlist(watchlist, sharing, current_person())
    st.session_state.pop(DRAFT_KEY, None)


def _ask_to_confirm(list_id: str) -> None:
    """Show the button that deletes: one accidental click must not cost a list."""
    st.session_state[CONFIRM_KEY] = list_id


def _delete(watchlist: Watchlist) -> None:
    st.session_state.pop(CONFIRM_KEY, None)
    st.session_state.pop(DRAFT_KEY, None)
    get_store().delete_watchlist(watchlist, current_person())
    st.session_state.pop(watchlist_picker.KEY, None)
