"""A running dashboard for tests: `streamlit run app.py` on a free port, with an empty home and an empty store."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from tests.support.paths import ROOT

PATIENCE = 60.0  # seconds: a start takes two or three, more while other tests share the machine

# Every request to the world meets a closed door at once, on a machine with a network as on one without
_CLOSED = "http://127.0.0.1:9"
OFFLINE = {name: _CLOSED for word in ("http", "https", "all") for name in (f"{word}_proxy", f"{word}_proxy".upper())}

# What a browser needs to start as root, to keep quiet, and to draw the same everywhere
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Dashboard:
    url: str
    log: Path
    home: Path
    pid: int

    def page(self, path: str = "", **query: str) -> str:
        """The address of a page with what is chosen on it: `page("coverage", source="sample")`."""
        return f"{self.url}/{path}" + (f"?{urlencode(query)}" if query else "")

    def said(self) -> str:
        """All that the server wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def serving(
    environment: Mapping[str, str] = OFFLINE,
    command: tuple[str, ...] = ("-m", "streamlit", "run", str(ROOT / "app.py")),
    home: Path | None = None,
    port: int | None = None,
) -> Iterator[Dashboard]:
    """Serves until the block ends. `command` is what Python runs, Streamlit's options are added to it.

    `home`: the viewer's home folder, kept by the caller; without it an empty one that goes with the server.
    `port`: where to listen, a free one where none is given.
    """
    with TemporaryDirectory(prefix="levelboard-", ignore_cleanup_errors=True) as scratch:
        folder = Path(home or scratch)
        port = port or free_port()
        log = Path(scratch) / "log"
        with log.open("wb") as written:
            server = _start(command, port, _clean(environment, folder), written)
            try:
                yield _ready(server, Dashboard(f"http://127.0.0.1:{port}", log, folder, server.pid))
            finally:
                server.terminate()
                try:
                    server.wait(15)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def _clean(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """This process's environment with the viewer's folders moved to `home`, and with `environment` over it."""
    ours = ("LEVELS_", "STREAMLIT_", "XDG_", "no_proxy", "NO_PROXY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    folders = {"HOME": home, "USERPROFILE": home, "LOCALAPPDATA": home / "local", "APPDATA": home / "roaming"}
    return kept | {name: str(each) for name, each in folders.items()} | {"PYTHONUNBUFFERED": "1"} | dict(environment)


def _start(command: tuple[str, ...], port: int, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    options = (f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none")
    return subprocess.Popen(
        [sys.executable, *command, *options], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def _ready(server: subprocess.Popen[bytes], dashboard: Dashboard) -> Dashboard:
    """The dashboard once it answers; its log, where it does not come up."""
    until = time.monotonic() + PATIENCE
    direct = build_opener(ProxyHandler({}))
    while server.poll() is None and time.monotonic() < until:
        try:
            with direct.open(f"{dashboard.url}/_stcore/health", timeout=5):
                return dashboard
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The dashboard did not come up:\n{dashboard.said()}")
