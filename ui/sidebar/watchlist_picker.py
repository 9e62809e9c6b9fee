"""The open watchlist: selected in the sidebar; created, edited, reordered and deleted on the Watchlist page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from market.store.store import StoreProblem, Watchlist, get_store
from market.symbols import parse_symbols, split_symbols
from text.escape import escape_markdown
from text.numbers import format_integer

KEY = "watchlist"  # of the box in the sidebar, and in the address
NEXT_KEY = "watchlist-next"  # the list that the next run opens
MESSAGES_KEY = "watchlist-messages"
CONFIRM_KEY = "watchlist-confirm-delete"
NEW_POPOVER_KEY, CREATED_KEY = "watchlist-new-list", "watchlist-created"
MAX_TICKERS = 500  # a longer table is no overview any more; `levelboard.py scan` is made for more
MAX_TEXT_LENGTH = 50_000  # characters: a megabyte pasted as one word stops the browser
TICKERS_HELP = (
    "Separate tickers with spaces, commas or line breaks, as pasted from a spreadsheet or a post. Their order is kept."
)


def draw_picker() -> None:
    """Draw the box in the sidebar, on every page."""
    wanted = st.session_state.pop(NEXT_KEY, st.session_state.get(KEY))
    if wanted in watchlist_names():
        st.session_state[KEY] = wanted
    else:
        st.session_state.pop(KEY, None)
    st.selectbox(
        "Watchlist",
        watchlist_names(),
        key=KEY,
        bind="query-params",
        on_change=_clear_messages,
        help="Create and edit lists on the Watchlist page.",
    )


def watchlist_names() -> list[str]:
    """Return the names of all watchlists, in their order."""
    return [watchlist.name for watchlist in get_store().watchlists()]


def current_watchlist() -> Watchlist:
    """Return the open watchlist, by default the first."""
    watchlists = get_store().watchlists()
    return next((watchlist for watchlist in watchlists if watchlist.name == st.session_state.get(KEY)), watchlists[0])


def draw_editor() -> None:
    """Draw the two popovers that change watchlists."""
    with st.popover("Edit list", icon=":material/edit:"):
        _draw_edit_form(current_watchlist())
    if st.session_state.pop(CREATED_KEY, False):
        st.session_state[NEW_POPOVER_KEY] = False  # not in the run that created the list: it was drawn by then
    with st.popover("New list", icon=":material/playlist_add:", key=NEW_POPOVER_KEY, on_change="rerun"):
        _draw_new_form()


def draw_messages() -> None:
    """Draw what went wrong with the last change, until the next change or another list."""
    for kind, sentence in st.session_state.get(MESSAGES_KEY, ()):
        (st.error if kind == "error" else st.warning)(escape_markdown(sentence, 400))


def _draw_edit_form(watchlist: Watchlist) -> None:
    """Draw the form of one list; the keys of its widgets carry the list's content, so another list starts fresh."""
    names = watchlist_names()
    place = names.index(watchlist.name) if watchlist.name in names else 0
    state = f"{watchlist.name} {hash(watchlist.symbols)}"
    with st.form(f"watchlist-edit {state}", border=False):
        name = st.text_input("Name", watchlist.name, key=f"watchlist-name {state}", max_chars=60)
        text = _draw_tickers_area("\n".join(watchlist.symbols), f"watchlist-as {state}")
        if st.form_submit_button("Save", icon=":material/check:", type="primary"):
            _change_and_rerun(partial(_save, watchlist, name, text))
    with st.container(horizontal=True):
        last = len(names) - 1
        _draw_button("Move up", ":material/arrow_upward:", partial(_move, names, place, -1), disabled=place == 0)
        _draw_button("Move down", ":material/arrow_downward:", partial(_move, names, place, 1), disabled=place == last)
        st.button(
            "Delete", icon=":material/delete:", key="watchlist-delete", on_click=_ask_to_confirm, args=(watchlist.name,)
        )
    if st.session_state.get(CONFIRM_KEY) == watchlist.name:
        label = f'Delete "{escape_markdown(watchlist.name)}" now'
        _draw_button(label, ":material/delete_forever:", partial(_delete, watchlist.name))


def _draw_new_form() -> None:
    with st.form("watchlist-new", border=False, clear_on_submit=True):
        name = st.text_input("Name", placeholder="Semiconductors", key="watchlist-new-name", max_chars=60)
        text = _draw_tickers_area("", "watchlist-new-as")
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
    key = f"watchlist-{change.func.__name__} {change.args}"
    st.button(label, icon=icon, disabled=disabled, key=key, on_click=_change, args=(change,))


def _change_and_rerun(change: Callable[[], None]) -> None:
    """Change the lists, then draw the whole page again, with its sidebar."""
    _change(change)
    st.rerun()


def _change(change: Callable[[], None]) -> None:
    _clear_messages()
    try:
        change()
    except StoreProblem as problem:
        _add_message("error", str(problem))


def _add_message(kind: str, sentence: str) -> None:
    st.session_state.setdefault(MESSAGES_KEY, []).append((kind, sentence))


def _clear_messages() -> None:
    st.session_state.pop(MESSAGES_KEY, None)


def _save(watchlist: Watchlist, name: str, text: str) -> None:
    symbols = _parse_tickers(text)
    get_store().rename_watchlist(watchlist.name, name)
    kept = " ".join(name.split())
    get_store().save_watchlist(Watchlist(kept, symbols))
    _open(kept)


def _create(name: str, text: str) -> None:
    kept = " ".join(name.split())
    if any(watchlist.name == kept for watchlist in get_store().watchlists()):
        raise StoreProblem(f'There is already a watchlist "{kept}": choose another name.')
    get_store().save_watchlist(Watchlist(kept, _parse_tickers(text)))
    st.session_state[CREATED_KEY] = True
    _open(kept)


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


def _move(names: list[str], place: int, step: int) -> None:
    names = list(names)
    names[place], names[place + step] = names[place + step], names[place]
    get_store().order_watchlists(names)


def _ask_to_confirm(name: str) -> None:
    """Show the button that deletes: one accidental click must not cost a list."""
    st.session_state[CONFIRM_KEY] = name


def _delete(name: str) -> None:
    st.session_state.pop(CONFIRM_KEY, None)
    get_store().delete_watchlist(name)
    st.session_state.pop(KEY, None)


def _open(name: str) -> None:
    """Open a list in the next run: in this one the box in the sidebar has been drawn."""
    st.session_state[NEXT_KEY] = name
