"""The Streamlit script behind every page: page settings, sign-in, sidebar, navigation. Served by `app.py`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from logs import start_logging
from ui import navigation, wordmark
from ui.admission import note_admission
from ui.browser import date_entry
from ui.components import store_notice
from ui.sidebar import access, person, sidebar, sign_in
from version import VERSION

ICON = str(Path(__file__).parent / "levelboard.svg")  # icons by name come from a server of Google's
SIDEBAR_PX = 256
ABOUT = f"**Levelboard {VERSION}**\n\nTechnical levels and analysts' targets on one price axis."

# Streamlit's header holds only the menu here, and would cover the top of the page. A page has one distance from its
# edges, whatever it shows
STYLE = """<style>
@media (min-width: 801px) {
  [data-testid="stHeader"] { background: transparent; height: 2.25rem; min-height: 0; pointer-events: none; }
  [data-testid="stHeader"] :is(button, a) { pointer-events: auto; }
  [data-testid="stMainBlockContainer"] { padding: 2.25rem 1.5rem 3rem; }
}
</style>"""


def main() -> None:
    try:
        current = access.current_access()
    except access.NobodyMayEnter as refusal:
        draw_alone(partial(sign_in.draw_nobody_may_enter, refusal))
        return
    is_admitted = current.admits(st.user.to_dict())
    note_admission(is_admitted)
    if is_admitted:
        draw_dashboard()
    else:
        draw_alone(partial(sign_in.draw_sign_in, current))


def draw_alone(draw: Callable[[], None]) -> None:
    """Draw something in place of every page."""
    st.navigation(navigation.in_place_of_pages(draw), position="hidden").run()


def draw_dashboard() -> None:
    """Draw the page that the viewer is on, with the sidebar."""
    st.html(STYLE)
    wordmark.draw_wordmark()
    person.note_visit()
    page = st.navigation(navigation.pages())
    sidebar.draw_sidebar(page)
    sign_in.draw_sign_out()
    with st.sidebar:
        date_entry.draw_date_entry()
    store_notice.draw_store_notice()
    page.run()


start_logging(verbose="--verbose" in sys.argv[1:])
st.set_page_config(
    page_title="Levelboard",
    page_icon=ICON,
    layout="wide",
    initial_sidebar_state=SIDEBAR_PX,
    menu_items={"About": ABOUT},
)
try:
    main()
except Exception:  # the only catch-all: a bug becomes a sentence on the page and a traceback in the log
    logging.getLogger("levelboard").exception("A page failed")
    st.error("Something went wrong in Levelboard; the log has the details. Pick another ticker or reload the page.")
