"""Strangers on a dashboard with a sign-in: what a hundred of them send, and never read, does not fill the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from tests.support.dashboard import OFFLINE, Dashboard, serving
from tests.support.oidc_provider import READER, provider
from tests.support.own_loop import run_in_own_loop

STRANGERS = 100
MAX_MB_EACH = 1.0  # a long message that is kept takes six times its size
LONG_BYTES = 2_000_000
UNFINISHED_BYTES = 20_000_000  # less than Streamlit itself takes from anyone
SHORT_BYTES = 50_000
RERUNS = 50
TIMEOUT_SECONDS = 120.0

Attack = Callable[[ClientConnection], Awaitable[None]]


def rerun(widget_bytes: int = 0) -> bytes:
    """Return the request of a page whose controls hold that much."""
    request = BackMsg()
    request.rerun_script.query_string = "ticker=CIFR"
    if widget_bytes:
        request.rerun_script.widget_states.widgets.append(WidgetState(id="box", string_value="x" * widget_bytes))
    return request.SerializeToString()


async def read_page(socket: ClientConnection) -> str:
    """Return the session of the page once all of it has come."""
    session = ""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            message = ForwardMsg.FromString(await socket.recv(decode=False))
            session = session or message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return session


async def arrive(dashboard: Dashboard) -> ClientConnection:
    """Open the sign-in page, and try to upload a file from it."""
    address = dashboard.url.replace("http", "ws", 1) + "/_stcore/stream"
    socket = await connect(address, subprotocols=["streamlit"], proxy=None)
    await socket.send(rerun())
    session = await read_page(socket)
    assert session
    async with httpx.AsyncClient(trust_env=False) as client:
        upload = await client.put(f"{dashboard.url}/_stcore/upload_file/{session}/1", content=b"x" * LONG_BYTES)
    assert upload.status_code == 403
    return socket


async def send_a_long_message(socket: ClientConnection) -> None:
    await socket.send(rerun(LONG_BYTES))
    await read_page(socket)


async def send_most_of_a_long_message(socket: ClientConnection) -> None:
    frame = Frame(Opcode.BINARY, rerun(UNFINISHED_BYTES)).serialize(mask=True)
    for begin in range(0, len(frame) - 1, 1_000_000):
        socket.transport.write(frame[begin : min(begin + 1_000_000, len(frame) - 1)])
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2.0):
            await read_page(socket)


async def send_many_messages(socket: ClientConnection) -> None:
    """Send short ones and read no answer."""
    for _ in range(RERUNS):
        await socket.send(rerun(SHORT_BYTES))


async def attack(dashboard: Dashboard, attacks: tuple[Attack, ...]) -> list[float]:
    """Return the memory before, while they stay, and after all have left."""
    await (await arrive(dashboard)).close()
    memory = [dashboard.resident_mb()]
    sockets = [await arrive(dashboard) for _ in range(STRANGERS)]
    tried = [attacks[number % len(attacks)](socket) for number, socket in enumerate(sockets)]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert [outcome for outcome in outcomes if not isinstance(outcome, ConnectionClosed | None)] == []
    memory.append(dashboard.resident_mb())
    await asyncio.gather(*(socket.close() for socket in sockets))
    await (await arrive(dashboard)).close()
    return [*memory, dashboard.resident_mb()]


@pytest.mark.server
@pytest.mark.long
def test_a_hundred_strangers_do_not_fill_the_memory(tmp_path: Path) -> None:
    attacks = (send_a_long_message, send_most_of_a_long_message, send_many_messages)
    with provider() as identity:
        identity.set_up_sign_in(tmp_path, port=1)  # where nobody signs in
        environment = OFFLINE | {"NO_PROXY": "127.0.0.1", "LEVELS_ALLOWED_USERS": READER}
        with serving(environment, home=tmp_path) as dashboard:
            before, during, after = run_in_own_loop(attack(dashboard, attacks))
            assert "Traceback" not in dashboard.log_text()
    print(f"\nmemory {before:.0f} MB before, {during:.0f} MB with {STRANGERS} strangers, {after:.0f} MB afterwards")
    assert max(during, after) - before <= MAX_MB_EACH * STRANGERS


async def send_long_messages(dashboard: Dashboard, bytes_each: tuple[int, ...]) -> None:
    address = dashboard.url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as socket:
        for widget_bytes in bytes_each:
            await socket.send(rerun(widget_bytes))
            await read_page(socket)


@pytest.mark.server
@pytest.mark.long
@pytest.mark.xdist_group("dashboard")
def test_who_was_let_in_sends_long_messages_up_to_two_megabytes(dashboard: Dashboard) -> None:
    run_in_own_loop(send_long_messages(dashboard, (0, 1_900_000)))
    with pytest.raises(ConnectionClosed, match="1009"):
        run_in_own_loop(send_long_messages(dashboard, (0, 2_100_000)))
