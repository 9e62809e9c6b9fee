"""Garbage that refers to itself, such as a closed session: collected by a thread, so that no page waits for it."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from itertools import count

EVERY_SECONDS = 30.0
COLLECTIONS_BETWEEN_FULL = 20  # ten minutes


def start_collecting() -> None:
    """Collect what came since the last time every half a minute, and everything every ten minutes.

    Streamlit's own full collection after each run of a page is switched off (`runner.postScriptGC`).
    """
    threading.Thread(target=_collect_forever, name="garbage", daemon=True).start()


def collect_everything() -> None:
    """Collect all garbage, and exclude what is left from the collections until the next call.

    Nearly all of that are loaded packages, and a search of them holds every page up for a tenth of a second. A session
    that is open now and closed later is found by the next call only.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def return_memory() -> None:
    """Return free memory to the system, where glibc (Linux) would keep it for the process; elsewhere nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _collect_forever() -> None:
    for collections in count():
        time.sleep(EVERY_SECONDS)
        if collections % COLLECTIONS_BETWEEN_FULL == 0:
            collect_everything()
        else:
            gc.collect()
        return_memory()
