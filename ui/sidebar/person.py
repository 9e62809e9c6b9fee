"""Who is looking: the viewer who signed in, or whom the web server in front vouches for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from market.store.store import get_store

MAX_LENGTH = 254  # of an e-mail address, by RFC 5321
NOTE_EVERY_SECONDS = 300.0
COMMON_VISITOR = ""


def current_person() -> str:
    """Return the viewer's e-mail address in small letters, or another name that nobody shares; "" for anyone."""
    return person_of(st.user.to_dict(), st.get_option("server.trustedUserHeaders"))


def person_of(user: Mapping[str, Any], trusted_headers: Mapping[str, str] | str | None) -> str:
    """Return who the claims of an identity provider, or the headers of a web server, say that the viewer is.

    An address that the provider did not verify could be another's: then it is the provider's own id of the account.
    `trusted_headers`: the keys of `user` by the headers that fill them (`server.trustedUserHeaders`).
    """
    if user.get("is_logged_in"):
        is_own_address = bool(user.get("email")) and user.get("email_verified", True) in (True, "true", "True")
        return _name(user["email"]) if is_own_address else _name(f"{user.get('iss', '')} {user.get('sub', '')}")
    keys = trusted_headers.values() if isinstance(trusted_headers, Mapping) else ()
    return next((name for key in keys if (name := _name(user.get(key)))), COMMON_VISITOR)


def note_visit() -> None:
    """Note the visit in the store, not at every run of a page but every few minutes."""
    person = current_person()
    noted_for, noted_at = st.session_state.get("visit-noted", (None, 0.0))
    if noted_for != person or time.monotonic() - noted_at > NOTE_EVERY_SECONDS:
        st.session_state["visit-noted"] = (person, time.monotonic())
        get_store().note_visit(person)


def _name(value: object) -> str:
    return " ".join(str(value or "").split()).lower()[:MAX_LENGTH]
