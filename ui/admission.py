"""Which browser tabs belong to viewers who have been let in: until then a tab may send little and upload nothing."""

from __future__ import annotations

import streamlit as st
from cachetools import TTLCache
from streamlit.runtime.scriptrunner import get_script_run_ctx

MAX_SESSIONS = 10_000
REMEMBERED_SECONDS = 24 * 3600.0  # since the last run of the session's page
CONNECTION_HEADER = "X-Levelboard-Connection"  # given to each websocket by `AdmittedMessages`, never by a browser

_sessions: TTLCache[str, bool] = TTLCache(MAX_SESSIONS, REMEMBERED_SECONDS)
_connections: set[str] = set()  # those that are open


def note_admission(is_admitted: bool) -> None:
    """Note whether the viewer of this run may see the dashboard, and so may upload files and send long messages."""
    context = get_script_run_ctx()
    if context is None:
        return
    _sessions[context.session_id] = is_admitted
    connection = st.context.headers.get(CONNECTION_HEADER)
    if connection is not None and is_admitted:
        _connections.add(connection)
    elif connection is not None:
        _connections.discard(connection)


def is_session_admitted(session: str) -> bool:
    return _sessions.get(session, False)


def is_connection_admitted(connection: str) -> bool:
    return connection in _connections


def forget_connection(connection: str) -> None:
    """Forget a connection that is closed."""
    _connections.discard(connection)
