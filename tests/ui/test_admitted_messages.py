"""How long a message may be: short until the page has run for a viewer who was let in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from tests.support.own_loop import run_in_own_loop
from ui import admission
from ui.admitted_messages import STRANGERS_BYTES, AdmittedMessages

TWO_MEGABYTES = 2_000_000  # server.maxWidgetStateSize
NAME = admission.CONNECTION_HEADER.lower().encode()


class Uvicorn:
    """Stands for uvicorn's protocol: its `receive` is a method of what holds the reader of frames."""

    def __init__(self) -> None:
        self.conn = SimpleNamespace(max_message_size=200_000_000)

    async def receive(self) -> Message:
        return {"type": "websocket.connect"}

    async def send(self, message: Message) -> None:
        """Send nothing."""


def headers_of(scope: Scope) -> list[str]:
    return [value.decode() for key, value in scope["headers"] if key.lower() == NAME]


def test_a_tab_sends_long_messages_from_its_first_answer_on_once_let_in() -> None:
    uvicorn = Uvicorn()
    limits: list[int] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        limits.append(uvicorn.conn.max_message_size)
        await send({"type": "websocket.accept"})
        limits.append(uvicorn.conn.max_message_size)
        (name,) = headers_of(scope)
        for note in (admission._connections.add, admission._connections.discard):
            note(name)
            await send({"type": "websocket.send", "bytes": b"the page"})
            limits.append(uvicorn.conn.max_message_size)
        admission._connections.add(name)

    scope = {"type": "websocket", "headers": [(b"X-Levelboard-Connection", b"a name of its own"), (b"host", b"x")]}
    run_in_own_loop(AdmittedMessages(page)(scope, uvicorn.receive, uvicorn.send))
    assert limits == [STRANGERS_BYTES, STRANGERS_BYTES, TWO_MEGABYTES, STRANGERS_BYTES]
    assert not admission._connections


def test_other_requests_pass_unchanged() -> None:
    uvicorn, seen = Uvicorn(), []

    async def page(*passed: Any) -> None:
        seen.append(passed)

    passed = ({"type": "http", "headers": []}, uvicorn.receive, uvicorn.send)
    run_in_own_loop(AdmittedMessages(page)(*passed))
    assert seen == [passed] and uvicorn.conn.max_message_size == 200_000_000
