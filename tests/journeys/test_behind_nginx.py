"""deploy/nginx.conf in front of a dashboard: it asks for a password, slows down who guesses, then serves the page."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus

from tests.support.browser_page import chromium_at
from tests.support.dashboard import OFFLINE, serving
from tests.support.load_viewers import Viewer
from tests.support.nginx_front import HOST, NAMES, PASSWORD, basic, https, nginx
from tests.support.own_loop import run_in_own_loop

pytestmark = [pytest.mark.nginx, pytest.mark.openssl, pytest.mark.long, pytest.mark.xdist_group("nginx")]

ENTERED = {"name": "levelboard_entered", "value": "replace-this-value"}


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


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve one dashboard behind nginx."""
    with serving(OFFLINE | NAMES) as dashboard, nginx(tmp_path_factory.mktemp("nginx"), dashboard) as port:
        yield port


def test_the_dashboard_is_shown_only_with_a_password(port: int) -> None:
    known = basic(PASSWORD)
    for stranger in ({}, basic("open barley")):
        assert fetch(port, "/", stranger)[0] == 401
        with pytest.raises(InvalidStatus, match="401"):
            run_in_own_loop(read_charts(port, stranger))
    response = request(port, "/", known)
    page, cookie = response.read().decode(), response.headers["Set-Cookie"].partition(";")[0]
    assert response.status == 200
    known |= {"Cookie": cookie}
    script = re.search(r'src="\.?(/static/js/index[^"]+)"', page)
    assert script and fetch(port, script[1], known)[0] == 200
    compressed = request(port, script[1], known | {"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip" and gzip.decompress(compressed.read())
    (chart,) = run_in_own_loop(read_charts(port, known))
    assert "Cipher Mining" in chart


@pytest.mark.parametrize("path", ["/", "/no-such-file", "/_stcore/health"])
def test_a_browser_is_told_what_the_page_may_do(port: int, path: str) -> None:
    headers = request(port, path, basic(PASSWORD)).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_other_programs_need_a_token_and_no_password(port: int) -> None:
    status, body = fetch(port, "/api/watchlists", {})
    assert status == 401 and "LEVELS_API_TOKEN" in body
    assert fetch(port, "/healthz", {}) == (200, '{"status":"ok","store":"ok"}')


def test_nobody_uploads_without_a_password(port: int) -> None:
    connection = HTTPSConnection("127.0.0.1", port, timeout=60, context=https(port)["ssl"])
    connection.request("PUT", "/_stcore/upload_file/a/b", body=b"x" * 100_000, headers={"Host": HOST})
    assert connection.getresponse().status == 401


def test_who_guesses_passwords_is_slowed_down_and_who_has_entered_is_not(port: int) -> None:
    entered = basic(PASSWORD) | {"Cookie": "{name}={value}".format(**ENTERED)}
    with ThreadPoolExecutor(15) as pool:
        guesses = [pool.submit(fetch, port, "/", basic(f"guess {number}")) for number in range(30)]
        found = [guess.result()[0] for guess in guesses]
    assert set(found) <= {401, 429} and found.count(401) <= 12
    assert fetch(port, "/", basic(PASSWORD))[0] == 429, "nor does the right one get through then"
    assert {fetch(port, "/", entered)[0] for _ in range(30)} == {200}


@pytest.mark.browser
@pytest.mark.long
def test_the_content_security_policy_lets_the_pages_do_all_that_they_do(port: int, browser: Path) -> None:
    credentials = {"username": "reader", "password": PASSWORD}
    with chromium_at(browser, ignore_https_errors=True, http_credentials=credentials) as context:
        # The test before has used up what an address may guess
        context.add_cookies([ENTERED | {"url": f"https://localhost:{port}"}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"https://localhost:{port}/?source=sample&ticker=CIFR")
        expect(page.locator(".js-plotly-plot").first).to_contain_text("CIFR")
        expect(page.get_by_text("Analyst targets").first).to_be_visible()
        for path in ("watchlist", "compare", "coverage"):
            page.goto(f"https://localhost:{port}/{path}?source=sample")
            expect(page.locator("[data-testid=stDataFrame], .js-plotly-plot").first).to_be_visible()
    assert [text for text in said if "Content Security Policy" in text] == []
