"""Take long messages only from viewers who have been let in: a stranger's would fill the memory before the sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Protocol

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import admission

STRANGERS_BYTES = 64 * 1024  # a browser that comes back after an outage sends all that its widgets hold


class Connection(Protocol):
    """What reads a websocket's frames: one of more than `max_message_size` bytes closes it before it is read."""

    max_message_size: int | None


@dataclass
class AdmittedMessages:
    """ASGI middleware that limits what a browser may send in one message, before a byte of it is kept.

    Streamlit lets uvicorn take up to `server.maxMessageSize` from anyone, which is meant for the charts that it sends.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or (reader := _reader(receive)) is None:
            await self.app(scope, receive, send)
            return
        connection = token_hex(16)

        async def send_within_limits(message: Message) -> None:
            # A run of the page says first whether the viewer is let in, and then sends what can be answered
            reader.max_message_size = _largest_message(connection)
            await send(message)

        reader.max_message_size = _largest_message(connection)
        try:
            await self.app(_named(scope, connection), receive, send_within_limits)
        finally:
            admission.forget_connection(connection)


def _largest_message(connection: str) -> int:
    if not admission.is_connection_admitted(connection):
        return STRANGERS_BYTES
    return int(st.get_option("server.maxWidgetStateSize") * 1_000_000)


def _named(scope: Scope, connection: str) -> Scope:
    """Return the scope with the name of its connection among the headers, where `note_admission` finds it."""
    name = admission.CONNECTION_HEADER.lower().encode()
    others = [(key, value) for key, value in scope["headers"] if key.lower() != name]
    return {**scope, "headers": [*others, (name, connection.encode())]}


def _reader(receive: Any) -> Connection | None:
    """Return what reads the frames: `receive` is a method of uvicorn's protocol, which holds it."""
    reader = getattr(getattr(receive, "__self__", None), "conn", None)
    return reader if hasattr(reader, "max_message_size") else None
