"""Keep what lives as long as the server out of the garbage collection that follows every page run."""

from __future__ import annotations

import gc
import sys

import streamlit as st


def freeze_loaded_modules() -> None:
    """Exclude all loaded modules from Python's garbage collection, again whenever more modules have been loaded.

    Streamlit collects all generations after each run (`gc.collect(2)`), and most of what is searched are packages,
    which never go: that took three quarters of the time of a ticker switch.
    """
    _freeze_once(len(sys.modules))


@st.cache_resource(show_spinner=False)
def _freeze_once(module_count: int) -> int:
    gc.collect()
    gc.freeze()
    return module_count
