"""One address for all dashboards of a test process.

A browser keeps what it has compiled by address, and compiling the dashboard costs three times as much as loading it
again. So the shared window sees every dashboard at the same address, and is led to one of them at a time.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import cache
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

CHUNK_BYTES = 1 << 16


class Front(ThreadingTCPServer):
    """Passes every connection on to the dashboard at `dashboard_port`, byte by byte."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.own_port: int = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.own_port}"
        self.dashboard_port = 0
        self.connections: set[socket.socket] = set()

    def lead_to(self, port: int) -> None:
        """Pass new connections on to this port, and close the others: a browser would go on using them."""
        if port != self.dashboard_port:
            self.dashboard_port = port
            for connection in list(self.connections):
                _close(connection)


class _Connection(BaseRequestHandler):
    server: Front
    request: socket.socket

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.dashboard_port)) as dashboard:
            self.server.connections.add(self.request)
            answers = Thread(target=_copy, args=(dashboard, self.request), daemon=True)
            answers.start()
            _copy(self.request, dashboard)
            answers.join()
        self.server.connections.discard(self.request)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    """Copy until either side is closed, then close both."""
    with suppress(OSError):
        while received := source.recv(CHUNK_BYTES):
            sink.sendall(received)
    _close(source)
    _close(sink)


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@cache
def front() -> Front:
    """Return the front of this test process, which starts on first use."""
    server = Front()
    Thread(target=server.serve_forever, daemon=True).start()
    return server
