"""Keep what lives as long as the server out of Python's garbage collections."""

from __future__ import annotations

import gc
import sys

import streamlit as st


def freeze_loaded_modules() -> None:
    """Exclude all loaded modules from Python's garbage collection, again whenever more modules have been loaded.

    Most of what a full collection searches are packages, which never go. Streamlit's own full collection after each
    run of a page is switched off (`runner.postScriptGC`): Python makes one when a quarter more objects have come.
    """
    _freeze_once(len(sys.modules))


@st.cache_resource(show_spinner=False)
def _freeze_once(module_count: int) -> int:
    gc.collect()
    gc.freeze()
    return module_count
