"""Which watchlist is open: chosen in the sidebar, made, changed, ordered and deleted on the Watchlist page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from market.errors import BadSymbol
from market.store.store import StoreProblem, Watchlist, get_store
from market.symbols import parse_symbol, split_symbols
from text.escape import escape_markdown

KEY, NEWS, DOUBT = "watchlist", "watchlist-news", "watchlist-doubt"
NEW, MADE = "watchlist-new-list", "watchlist-made"
LONGEST = 500  # tickers: a page of more rows is no glance any more, and `export.py --scan` is made for them
LONGEST_TEXT = 50_000  # letters: a megabyte pasted as one word stops the browser
PASTE = "Tickers apart by blanks, commas or lines, as they come out of a spreadsheet or a post; their order is kept."


def select() -> None:
    """The box in the sidebar, on every page."""
    wanted = st.session_state.pop("watchlist-next", st.session_state.get(KEY))
    if wanted in names():
        st.session_state[KEY] = wanted
    else:
        st.session_state.pop(KEY, None)
    st.selectbox(
        "Watchlist",
        names(),
        key=KEY,
        bind="query-params",
        on_change=_old_news,
        help="Lists are made on the Watchlist page.",
    )


def names() -> list[str]:
    """Those that there are, in their order."""
    return [watchlist.name for watchlist in get_store().watchlists()]


def current() -> Watchlist:
    """The one that is open, else the first."""
    watchlists = get_store().watchlists()
    return next((watchlist for watchlist in watchlists if watchlist.name == st.session_state.get(KEY)), watchlists[0])


def edit() -> None:
    """What can be done to watchlists, in two popovers."""
    with st.popover("Edit list", icon=":material/edit:"):
        _edit(current())
    if st.session_state.pop(MADE, False):
        st.session_state[NEW] = False  # closed in this run: in the one that made the list it was drawn already
    with st.popover("New list", icon=":material/playlist_add:", key=NEW, on_change="rerun"):
        _new()


def draw_messages() -> None:
    """What came of the last change, where it was not all as asked, until the next change or another list."""
    for kind, sentence in st.session_state.get(NEWS, ()):
        (st.error if kind == "error" else st.warning)(escape_markdown(sentence, 400))


def _edit(watchlist: Watchlist) -> None:
    """The form of one list; its keys carry the list's state, so that another list brings a fresh form."""
    names = [each.name for each in get_store().watchlists()]
    place = names.index(watchlist.name) if watchlist.name in names else 0
    state = f"{watchlist.name} {hash(watchlist.symbols)}"
    with st.form(f"watchlist-edit {state}", border=False):
        name = st.text_input("Name", watchlist.name, key=f"watchlist-name {state}", max_chars=60)
        text = _tickers("\n".join(watchlist.symbols), f"watchlist-as {state}")
        if st.form_submit_button("Save", icon=":material/check:", type="primary"):
            _change(partial(_save, watchlist, name, text))
    with st.container(horizontal=True):
        _button("Earlier", ":material/arrow_upward:", place > 0, _moved, names, place, -1)
        _button("Later", ":material/arrow_downward:", place < len(names) - 1, _moved, names, place, 1)
        st.button("Delete", icon=":material/delete:", key="watchlist-delete", on_click=_doubt, args=(watchlist.name,))
    if st.session_state.get(DOUBT) == watchlist.name:
        _button(
            f"Delete «{escape_markdown(watchlist.name)}» now",
            ":material/delete_forever:",
            True,
            _delete,
            watchlist.name,
        )


def _tickers(text: str, key: str) -> str:
    return st.text_area(
        "Tickers", text, max_chars=LONGEST_TEXT, height=220, placeholder="NVDA, AMD, AVGO", help=PASTE, key=key
    )


def _button(label: str, icon: str, possible: bool, action: Callable[..., None], *details: object) -> None:
    st.button(
        label,
        icon=icon,
        disabled=not possible,
        key=f"watchlist-{action.__name__.strip('_')} {details}",
        on_click=_guarded,
        args=(partial(action, *details),),
    )


def _new() -> None:
    with st.form("watchlist-new", border=False, clear_on_submit=True):
        name = st.text_input("Name", placeholder="Semiconductors", key="watchlist-new-name", max_chars=60)
        text = _tickers("", "watchlist-new-as")
        if st.form_submit_button("Make", icon=":material/check:", type="primary"):
            _change(partial(_make, name, text))


def _change(action: Callable[[], None]) -> None:
    """Does it, then draws the page anew, the sidebar included."""
    _guarded(action)
    st.rerun()


def _guarded(action: Callable[[], None]) -> None:
    _old_news()
    try:
        action()
    except StoreProblem as problem:
        _tell("error", str(problem))


def _tell(kind: str, sentence: str) -> None:
    st.session_state.setdefault(NEWS, []).append((kind, sentence))


def _old_news() -> None:
    st.session_state.pop(NEWS, None)


def _save(watchlist: Watchlist, name: str, text: str) -> None:
    symbols = _checked(text)
    get_store().rename_watchlist(watchlist.name, name)
    kept = " ".join(name.split())
    get_store().save_watchlist(Watchlist(kept, symbols))
    _open(kept)


def _make(name: str, text: str) -> None:
    kept = " ".join(name.split())
    if any(watchlist.name == kept for watchlist in get_store().watchlists()):
        raise StoreProblem(f"There is a watchlist «{kept}» already: choose another name.")
    get_store().save_watchlist(Watchlist(kept, _checked(text)))
    st.session_state[MADE] = True
    _open(kept)


def _checked(text: str) -> tuple[str, ...]:
    """The tickers of a pasted text, `$CIFR` as CIFR; what cannot be one is left out, the first named."""
    symbols: list[str] = []
    others: list[BadSymbol] = []
    for word in split_symbols(text):
        try:
            symbols.append(parse_symbol(word))
        except BadSymbol as error:
            others.append(error)
    if others:
        more = f"it and {len(others) - 1:,} more were" if len(others) > 1 else "it was"
        _tell("warning", f"{others[0]}; {more} left out.")
    if len(symbols) > LONGEST:
        _tell("warning", f"A watchlist holds {LONGEST} tickers: the first {LONGEST} of {len(symbols):,} were taken.")
    return tuple(dict.fromkeys(symbols[:LONGEST]))


def _moved(names: list[str], place: int, step: int) -> None:
    names = list(names)
    names[place], names[place + step] = names[place + step], names[place]
    get_store().order_watchlists(names)


def _doubt(name: str) -> None:
    """A list took time to put together: one click too many does not cost it."""
    st.session_state[DOUBT] = name


def _delete(name: str) -> None:
    st.session_state.pop(DOUBT, None)
    get_store().delete_watchlist(name)
    st.session_state.pop(KEY, None)


def _open(name: str) -> None:
    """Opens it in the next run: in this one the box in the sidebar is drawn already."""
    st.session_state["watchlist-next"] = name
