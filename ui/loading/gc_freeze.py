"""What stays for the life of the server is not searched for garbage after every run of a page."""

from __future__ import annotations

import gc
import sys

import streamlit as st


def freeze_loaded_modules() -> None:
    """Takes what is loaded out of Python's search for garbage, and again once more modules were loaded.

    Streamlit searches everything after each run (`gc.collect(2)`), and most of what it finds are packages, which never
    go: that was three quarters of a ticker switch.
    """
    _set_aside(len(sys.modules))


@st.cache_resource(show_spinner=False)
def _set_aside(modules: int) -> int:
    gc.collect()
    gc.freeze()
    return modules
