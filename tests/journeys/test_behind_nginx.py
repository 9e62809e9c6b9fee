"""The nginx of the README, as it stands there, before a running dashboard: it asks who one is, then serves the page."""

from __future__ import annotations

import getpass
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.dashboard import CHROMIUM, OFFLINE, free_port, serving
from tests.support.paths import ROOT

README = ROOT / "README.md"
HOST = "levels.example.com"
FRAME = (
    "daemon off; user {user}; pid {folder}/pid; error_log stderr; events {{}} "
    "http {{ access_log off; {temporary} {server} }}"
)
TEMPORARY = " ".join(
    f"{kind}_temp_path {{folder}}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


def written_server() -> str:
    found = re.search(r"```nginx\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "the README shows an nginx server"
    return found.group(1)


def placed(text: str, folder: Path, port: int, dashboard: str) -> str:
    """The README's server with this test's ports and files in place of the example's."""
    for stood, stands in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/levels.example.com", f"{folder}/site"),
        ("/etc/nginx/levelboard.users", f"{folder}/users"),
        ("http://127.0.0.1:8501", dashboard),
    ):
        assert stood in text
        text = text.replace(stood, stands)
    return FRAME.format(user=getpass.getuser(), folder=folder, temporary=TEMPORARY.format(folder=folder), server=text)


@contextmanager
def nginx(folder: Path, dashboard: str) -> Iterator[int]:
    port = free_port()
    subject = ["-subj", f"/CN={HOST}", "-keyout", f"{folder}/site.key", "-out", f"{folder}/site.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    secret = subprocess.run(["openssl", "passwd", "-apr1", "open sesame"], check=True, capture_output=True, text=True)
    (folder / "users").write_text(f"reader:{secret.stdout.strip()}\n")
    (folder / "nginx.conf").write_text(placed(written_server(), folder, port, dashboard))
    server = subprocess.Popen(["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with socket.socket() as door:
            door.settimeout(0.2)
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            raise RuntimeError((server.stderr.read() if server.stderr else b"").decode())
        time.sleep(0.1)
    raise RuntimeError("nginx did not come up")


@contextmanager
def opened(browser: Path, port: int) -> Iterator[Browser]:
    rules = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser), args=[*CHROMIUM, rules])
        yield chromium
        chromium.close()


@pytest.mark.browser
def test_behind_the_readme_s_nginx_only_who_is_known_sees_the_dashboard(browser: Path, tmp_path: Path) -> None:
    told = OFFLINE | {"STREAMLIT_BROWSER_SERVER_ADDRESS": HOST}
    with serving(told) as dashboard, nginx(tmp_path, dashboard.url) as port, opened(browser, port) as chromium:
        address = f"https://{HOST}/?source=sample&ticker=CIFR"
        stranger = chromium.new_context(ignore_https_errors=True)
        assert stranger.request.get(f"https://127.0.0.1:{port}/", headers={"Host": HOST}).status == 401
        known = chromium.new_context(
            ignore_https_errors=True, http_credentials={"username": "reader", "password": "open sesame"}
        ).new_page()
        known.goto(address)
        expect(known.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
