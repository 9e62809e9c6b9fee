"""A button that copies a text: `st.code` has one too, but loads 1.6 MB of syntax highlighting for it."""

from __future__ import annotations

import streamlit as st

_HTML = '<button type="button">Copy</button>'
_STYLE = """
button {
    font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: var(--st-background-color);
    border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
    min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
_SCRIPT = """
export default function({ data, parentElement }) {
    const button = parentElement.querySelector("button");
    button.textContent = data.label;
    button.onclick = async () => {
        await navigator.clipboard.writeText(data.text ?? location.href);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = data.label; }, 1500);
    };
}
"""


def draw_copy_button(label: str, text: str | None, key: str) -> None:
    """Draw a button that copies `text`, or the page's address where it is None."""
    _button()(key=key, data={"label": label, "text": text}, width="content")


@st.cache_resource(show_spinner=False)
def _button() -> st.components.v2.types.ComponentRenderer:
    return st.components.v2.component("levelboard_copy_button", html=_HTML, css=_STYLE, js=_SCRIPT)
