"""nginx with the configuration of deploy/ in front of running dashboards."""

from __future__ import annotations

import getpass
import re
import socket
import ssl
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.support.dashboard import Dashboard, free_port
from tests.support.paths import ROOT

CONFIG = ROOT / "deploy" / "nginx.conf"
HOST = "levels.example.com"
PASSWORD = "open sesame"
# What a dashboard behind it has to know
NAMES = {"STREAMLIT_BROWSER_SERVER_ADDRESS": HOST, "STREAMLIT_SERVER_ALLOWED_HOSTS": f"{HOST} localhost"}
MAIN_CONFIG = (
    "daemon off; user {user}; pid {folder}/pid; error_log stderr; events {{}} "
    "http {{ access_log off; {temporary} {server} }}"
)
TEMPORARY_PATHS = " ".join(
    f"{kind}_temp_path {{folder}}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


def nginx_config(folder: Path, port: int, dashboards: Sequence[Dashboard]) -> str:
    """Return a whole configuration with that of deploy/, its ports and files replaced by those of this test."""
    server = CONFIG.read_text(encoding="utf-8")
    replicas = re.findall(r"server (127\.0\.0\.1:\d+);", server)
    assert len(replicas) == 3
    for original, replacement in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/ssl/levels.example.com", f"{folder}/site"),
        ("/etc/nginx/levelboard.users", f"{folder}/users"),
        *zip(replicas, (f"127.0.0.1:{dashboard.port}" for dashboard in cycle(dashboards)), strict=False),
    ):
        assert original in server
        server = server.replace(original, replacement)
    temporary = TEMPORARY_PATHS.format(folder=folder)
    return MAIN_CONFIG.format(user=getpass.getuser(), folder=folder, temporary=temporary, server=server)


@contextmanager
def nginx(folder: Path, *dashboards: Dashboard) -> Iterator[int]:
    port = free_port()
    subject = ["-subj", f"/CN={HOST}", "-keyout", f"{folder}/site.key", "-out", f"{folder}/site.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    hashed = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True)
    (folder / "users").write_text(f"reader:{hashed.stdout.strip()}\n")
    (folder / "nginx.conf").write_text(nginx_config(folder, port, dashboards))
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
    """Return websocket options that reach this port as the configuration's host, whatever its certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return {"host": "127.0.0.1", "port": port, "ssl": context, "origin": f"https://{HOST}"}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"reader:{password}".encode()).decode()}
