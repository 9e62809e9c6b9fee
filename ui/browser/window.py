"""The viewer's window: its size, which it reports once the chart is drawn, and the sidebar over it on a phone."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

PHONE_WIDTH = 800  # CSS pixels; Streamlit lays a narrower page out for a phone
KEY, SIZE_KEY = "window", "window-size"

_SCRIPT = """
const STEP = 20;  // pixels: a smaller change of the height is not worth a new chart

export default function({ data, parentElement, setStateValue }) {
    const shown = parentElement.dataset;
    if (shown.ticker !== undefined && shown.ticker !== data.ticker && innerWidth <= data.phoneWidth) {
        document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    }
    shown.ticker = data.ticker;

    const report = () => {
        const size = [innerWidth, Math.floor(innerHeight / STEP) * STEP];
        if (size.join() !== data.known.join()) setStateValue("size", size);
    };
    const isDrawn = () => document.querySelector(".js-plotly-plot .trace");
    const waiting = setInterval(() => {
        if (isDrawn()) {
            clearInterval(waiting);
            report();
        }
    }, 50);
    let resizing;
    const onResize = () => {
        clearTimeout(resizing);
        resizing = setTimeout(report, 400);
    };
    addEventListener("resize", onResize);
    return () => {
        clearInterval(waiting);
        clearTimeout(resizing);
        removeEventListener("resize", onResize);
    };
}
"""


@dataclass(frozen=True)
class Window:
    """The inside of a browser window in CSS pixels."""

    width: int
    height: int

    @property
    def is_phone(self) -> bool:
        return self.width <= PHONE_WIDTH


DESKTOP, PHONE = Window(1440, 900), Window(390, 844)


def current_window() -> Window:
    """Return the viewer's window; before it was reported, a usual one of such a browser."""
    size = st.session_state.get(SIZE_KEY)
    if size is not None:
        return Window(*size)
    return PHONE if "Mobi" in st.context.headers.get("User-Agent", "") else DESKTOP


def is_reported() -> bool:
    """Return whether the browser has drawn a chart: what loads scripts of its own waits for that."""
    return SIZE_KEY in st.session_state


def draw_reporter(ticker: str) -> None:
    """Have the browser report its size once the chart is drawn, and again whenever it changes: the page runs anew.

    On a phone, the sidebar closes when another ticker is shown than before.
    """
    known = list(st.session_state.get(SIZE_KEY, ()))
    data = {"known": known, "ticker": ticker, "phoneWidth": PHONE_WIDTH}
    _reporter()(key=KEY, data=data, on_size_change=_keep_size)


def _keep_size() -> None:
    width, height = st.session_state[KEY]["size"]
    st.session_state[SIZE_KEY] = (int(width), int(height))


@st.cache_resource(show_spinner=False)
def _reporter() -> st.components.v2.types.ComponentRenderer:
    return st.components.v2.component("levelboard_window", js=_SCRIPT, isolate_styles=False)
