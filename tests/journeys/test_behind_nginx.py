"""The README's nginx configuration in front of a dashboard: it asks for a password, then serves the page."""

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
from playwright.sync_api import expect

from tests.support.browser_page import separate_chromium
from tests.support.dashboard import OFFLINE, free_port, serving
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


@pytest.mark.browser
@pytest.mark.nginx
@pytest.mark.openssl
@pytest.mark.slow
def test_nginx_as_in_the_readme_shows_the_dashboard_only_with_a_password(browser: Path, tmp_path: Path) -> None:
    environment = OFFLINE | {"STREAMLIT_BROWSER_SERVER_ADDRESS": HOST}
    with (
        serving(environment) as dashboard,
        nginx(tmp_path, dashboard.url) as port,
        separate_chromium(browser, f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}") as chromium,
    ):
        stranger = chromium.new_context(ignore_https_errors=True)
        assert stranger.request.get(f"https://127.0.0.1:{port}/", headers={"Host": HOST}).status == 401
        credentials = {"username": "reader", "password": PASSWORD}
        page = chromium.new_context(ignore_https_errors=True, http_credentials=credentials).new_page()
        page.goto(f"https://{HOST}/?source=sample&ticker=CIFR")
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
