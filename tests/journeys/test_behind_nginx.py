"""The README's nginx configuration in front of a dashboard: it asks for a password, then serves the page."""

from __future__ import annotations

import asyncio
import getpass
import gzip
import re
import socket
import ssl
import subprocess
import time
from base64 import b64encode
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.dashboard import OFFLINE, free_port, serving
from tests.support.load_viewers import Viewer
from tests.support.paths import ROOT

README = ROOT / "README.md"
HOST = "levels.example.com"
PASSWORD = "open sesame"
MAIN_CONFIG = (
    "daemon off; user {user}; pid {folder}/pid; error_log stderr; events {{}} "
    "http {{ access_log off; {temporary} {server} }}"
)
TEMPORARY_PATHS = " ".join(
    f"{kind}_temp_path {{folder}}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


def server_of_readme() -> str:
    found = re.search(r"```nginx\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "the README shows an nginx server"
    return found.group(1)


def nginx_config(server: str, folder: Path, port: int, dashboard: str) -> str:
    """Return a whole configuration with the README's server, its ports and files replaced by those of this test."""
    for original, replacement in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/levels.example.com", f"{folder}/site"),
        ("/etc/nginx/levelboard.users", f"{folder}/users"),
        ("http://127.0.0.1:8501", dashboard),
    ):
        assert original in server
        server = server.replace(original, replacement)
    temporary = TEMPORARY_PATHS.format(folder=folder)
    return MAIN_CONFIG.format(user=getpass.getuser(), folder=folder, temporary=temporary, server=server)


@contextmanager
def nginx(folder: Path, dashboard: str) -> Iterator[int]:
    port = free_port()
    subject = ["-subj", f"/CN={HOST}", "-keyout", f"{folder}/site.key", "-out", f"{folder}/site.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    hashed = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True)
    (folder / "users").write_text(f"reader:{hashed.stdout.strip()}\n")
    (folder / "nginx.conf").write_text(nginx_config(server_of_readme(), folder, port, dashboard))
    server = subprocess.Popen(["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            raise RuntimeError((server.stderr.read() if server.stderr else b"").decode())
        time.sleep(0.1)
    raise RuntimeError("nginx did not come up")


def https(port: int) -> dict[str, Any]:
    """Return websocket options that reach this port as the README's host, whatever its certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return {"host": "127.0.0.1", "port": port, "ssl": context, "origin": f"https://{HOST}"}


def fetch(port: int, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Return the status and the text of a page behind nginx."""
    response = request(port, path, headers)
    return response.status, response.read().decode()


def request(port: int, path: str, headers: dict[str, str]) -> HTTPResponse:
    connection = HTTPSConnection("127.0.0.1", port, timeout=60, context=https(port)["ssl"])
    connection.request("GET", path, headers={"Host": HOST} | headers)
    return connection.getresponse()


async def read_charts(port: int, headers: dict[str, str]) -> list[str]:
    """Return the charts of the page as a browser's websocket gets them."""
    query = {"source": "sample", "ticker": "CIFR"}
    viewer = Viewer(f"https://{HOST}", query, https(port) | {"additional_headers": headers})
    async with asyncio.timeout(60), viewer:
        return viewer.charts


def in_a_thread(work: Coroutine[Any, Any, list[str]]) -> list[str]:
    """Run it beside Playwright's event loop, which occupies this thread once a browser has been started."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.mark.nginx
@pytest.mark.openssl
@pytest.mark.slow
def test_nginx_as_in_the_readme_shows_the_dashboard_only_with_a_password(tmp_path: Path) -> None:
    known = {"Authorization": "Basic " + b64encode(f"reader:{PASSWORD}".encode()).decode()}
    wrong = {"Authorization": "Basic " + b64encode(b"reader:open barley").decode()}
    environment = OFFLINE | {"STREAMLIT_BROWSER_SERVER_ADDRESS": HOST}
    with serving(environment) as dashboard, nginx(tmp_path, dashboard.url) as port:
        for stranger in ({}, wrong):
            assert fetch(port, "/", stranger)[0] == 401
            with pytest.raises(InvalidStatus, match="401"):
                in_a_thread(read_charts(port, stranger))
        status, page = fetch(port, "/", known)
        assert status == 200
        script = re.search(r'src="\.?(/static/js/index[^"]+)"', page)
        assert script and fetch(port, script[1], known)[0] == 200
        compressed = request(port, script[1], known | {"Accept-Encoding": "gzip"})
        assert compressed.headers["Content-Encoding"] == "gzip" and gzip.decompress(compressed.read())
        (chart,) = in_a_thread(read_charts(port, known))
        assert "Cipher Mining" in chart
