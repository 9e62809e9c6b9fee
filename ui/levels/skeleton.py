"""The outline of the Levels page, shown to a viewer whose first ticker is being fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

SHOWN_KEY = "shown"  # what the page showed last: it stays until the next ticker is there

OUTLINE = """<style>
.outline div { background: color-mix(in srgb, currentColor 8%, transparent); border-radius: 0.5rem; }
.outline-tiles { display: flex; gap: 1rem; margin: 0.75rem 0; background: none !important; }
.outline-tiles > div { flex: 1; height: 72px; }
@media (prefers-reduced-motion: no-preference) { .outline { animation: outline-pulse 1.6s ease-in-out infinite; } }
@keyframes outline-pulse { 50% { opacity: 0.5; } }
</style>
<div class="outline" role="status" aria-label="Loading prices and targets">
<div style="height: 24px; max-width: 36rem"></div>
<div class="outline-tiles"><div></div><div></div><div></div><div></div></div>
<div style="height: 520px"></div>
</div>"""


@contextmanager
def skeleton_until_loaded() -> Iterator[None]:
    """Show the outline while the block loads, unless the page has a ticker already."""
    if SHOWN_KEY in st.session_state:
        yield
        return
    place = st.empty()
    place.html(OUTLINE)
    try:
        yield
    finally:
        place.empty()
