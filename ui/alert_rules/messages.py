"""What became of the last change on the Alerts page: said once, below its title."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from alerts.rules import InvalidRule
from alerts.sending import SendProblem
from market.store.failures import StoreProblem
from text.escape import escape_markdown

KEY = "alert-messages"
Kind = Literal["error", "success", "info"]


def add_message(kind: Kind, sentence: str) -> None:
    """Say the sentence in the next run."""
    st.session_state.setdefault(KEY, []).append((kind, sentence))


def draw_messages() -> None:
    """Draw what is to be said, and forget it."""
    draws: dict[Kind, Callable[[str], object]] = {"error": st.error, "success": st.success, "info": st.info}
    for kind, sentence in st.session_state.pop(KEY, ()):
        draws[kind](escape_markdown(sentence, 600))


def change(do: Callable[[], None]) -> None:
    """Do it, or say why it cannot be done."""
    try:
        do()
    except InvalidRule as problem:
        for sentence in problem.problems:
            add_message("error", sentence)
    except (StoreProblem, SendProblem) as problem:
        add_message("error", str(problem))
