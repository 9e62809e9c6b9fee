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

from tests.support.front import front
from tests.support.paths import ROOT

START_TIMEOUT_SECONDS = 60.0  # a start takes two or three, more while other tests share the machine
STOP_TIMEOUT_SECONDS = 15.0

# Every request to the internet is refused at once, on a machine with a network as on one without
_CLOSED_PORT = "http://127.0.0.1:9"
OFFLINE = {
    name: _CLOSED_PORT for kind in ("http", "https", "all") for name in (f"{kind}_proxy", f"{kind}_proxy".upper())
}

# What a browser needs to start as root, to make no requests of its own, and to draw the same everywhere
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
    """A server that answers at `port`. `log` is its output, `home` the home folder that it sees."""

    port: int
    log: Path
    home: Path
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str = "", **query: str) -> str:
        """Return the address of a page and its query: `page("coverage", source="sample")`."""
        return _address(self.url, path, query)

    def shared_page(self, path: str = "", **query: str) -> str:
        """Return the address at which the shared window finds a page, while its front leads to this dashboard."""
        return _address(front().url, path, query)

    def log_text(self) -> str:
        """Return all that the server has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def resident_mb(self) -> float:
        """Return the memory that the server holds."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _address(server: str, path: str, query: Mapping[str, str]) -> str:
    return f"{server}/{path}" + (f"?{urlencode(query)}" if query else "")


@contextmanager
def serving(
    environment: Mapping[str, str] = OFFLINE,
    command: tuple[str, ...] = ("-m", "streamlit", "run", str(ROOT / "app.py")),
    home: Path | None = None,
) -> Iterator[Dashboard]:
    """Serve the dashboard on a free port until the block ends.

    `command`: Python's arguments, to which Streamlit's options are added.
    `home`: a home folder that outlives the server; without it, an empty one that is deleted with the server.
    """
    with TemporaryDirectory(prefix="levelboard-", ignore_cleanup_errors=True) as scratch:
        folder = Path(home or scratch)
        port = free_port()
        log = Path(scratch) / "log"
        with log.open("wb") as output:
            server = _start(command, port, _server_environment(environment, folder), output)
            try:
                yield _wait_until_ready(server, Dashboard(port, log, folder, server.pid))
            finally:
                server.terminate()
                try:
                    server.wait(STOP_TIMEOUT_SECONDS)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def _server_environment(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return this process's environment with the user's folders moved to `home`, and `environment` on top of it."""
    ours = ("LEVELS_", "STREAMLIT_", "XDG_", "no_proxy", "NO_PROXY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    folders = {"HOME": home, "USERPROFILE": home, "LOCALAPPDATA": home / "local", "APPDATA": home / "roaming"}
    return (
        kept | {name: str(folder) for name, folder in folders.items()} | {"PYTHONUNBUFFERED": "1"} | dict(environment)
    )


def _start(command: tuple[str, ...], port: int, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    options = (f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none")
    return subprocess.Popen(
        [sys.executable, *command, *options], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: subprocess.Popen[bytes], dashboard: Dashboard) -> Dashboard:
    """Return the dashboard once it answers; raise with its log where it does not."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    opener = build_opener(ProxyHandler({}))
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"{dashboard.url}/_stcore/health", timeout=5):
                return dashboard
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The dashboard did not come up:\n{dashboard.log_text()}")
