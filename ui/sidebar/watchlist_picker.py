"""The open watchlist: selected in the sidebar of every page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from market.store.store import Watchlist, get_store
from ui.sidebar.person import current_person

KEY = "watchlist"  # of the box in the sidebar, and in the address
NEXT_KEY = "watchlist-next"  # the list that the next run opens
MESSAGES_KEY = "watchlist-messages"  # what became of the last change, until another list is opened
NO_WATCHLIST = Watchlist("", ())  # while the store is away, and none was read before


def draw_picker() -> None:
    """Draw the box in the sidebar, on every page."""
    labels = watchlist_labels()
    wanted = st.session_state.pop(NEXT_KEY, st.session_state.get(KEY))
    if wanted in labels:
        st.session_state[KEY] = wanted
    else:
        st.session_state.pop(KEY, None)
    st.selectbox(
        "Watchlist",
        labels,
        key=KEY,
        bind="query-params",
        on_change=clear_messages,
        help="Create and edit lists on the Watchlist page.",
        placeholder="The store is away",
        disabled=not labels,
    )


def clear_messages() -> None:
    """Forget what became of the last change."""
    st.session_state.pop(MESSAGES_KEY, None)


def visible_watchlists() -> tuple[Watchlist, ...]:
    """Return the watchlists that the viewer may see, in their order; none while they cannot be known."""
    return get_store().watchlists(current_person())


def watchlist_labels() -> list[str]:
    """Return what the box calls each of these lists."""
    watchlists = visible_watchlists()
    return [label_of(watchlist, watchlists, current_person()) for watchlist in watchlists]


def label_of(watchlist: Watchlist, watchlists: Sequence[Watchlist], person: str) -> str:
    """Return the name of one of the lists, with its owner behind it where another has the name too."""
    is_alone = sum(other.name == watchlist.name for other in watchlists) == 1
    return watchlist.name if is_alone or watchlist.owner == person else f"{watchlist.name} ({watchlist.owner or 'all'})"


def current_watchlist() -> Watchlist:
    """Return the open watchlist, by default the first."""
    watchlists = visible_watchlists()
    label, person = st.session_state.get(KEY), current_person()
    named = (watchlist for watchlist in watchlists if label_of(watchlist, watchlists, person) == label)
    return next(named, watchlists[0] if watchlists else NO_WATCHLIST)


def open_watchlist(watchlist: Watchlist) -> None:
    """Open a list in the next run: in this one the box in the sidebar has been drawn."""
    watchlists = visible_watchlists()
    stored = next((other for other in watchlists if other.id == watchlist.id), watchlist)
    st.session_state[NEXT_KEY] = label_of(stored, watchlists, current_person())
