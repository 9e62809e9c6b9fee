"""Streamlit's own files through the middleware of `app.py`: the same files in a third of the bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.types import ASGIApp
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from tests.support.own_loop import run_in_own_loop
from ui.compressed_assets import CHART_SCRIPTS, ChartPreload, CompressedAssets

STATIC = Path(st.__file__).parent / "static"
SCRIPT = next((STATIC / "static" / "js").glob("protobuf.*.js"))
FONT = next((STATIC / "static" / "media").glob("*.woff2"))


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    return CompressedAssets(ChartPreload(Starlette(routes=create_streamlit_static_assets_routes(base_url=None))))


def get(app: ASGIApp, file: Path, **headers: str) -> tuple[httpx.Response, bytes]:
    """Return the answer to a request for one of Streamlit's files, and its body as it travels."""
    return run_in_own_loop(request_raw(app, file, {"accept-encoding": "gzip, br"} | headers))


async def request_raw(app: ASGIApp, file: Path, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
    path = f"/{file.relative_to(STATIC).as_posix()}"
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8501") as client,
        client.stream("GET", path, headers=headers) as response,
    ):
        return response, b"".join([part async for part in response.aiter_raw()])


def test_a_script_comes_whole_in_a_third_of_its_bytes_at_first_and_later(app: ASGIApp) -> None:
    for _ in range(2):
        response, body = get(app, SCRIPT)
        assert response.headers["content-encoding"] == "gzip"
        assert int(response.headers["content-length"]) == len(body) < SCRIPT.stat().st_size / 3
        assert gzip.decompress(body) == SCRIPT.read_bytes()
        assert "immutable" in response.headers["cache-control"] and "Accept-Encoding" in response.headers["vary"]


@pytest.mark.parametrize(
    ("file", "headers"),
    [(SCRIPT, {"accept-encoding": "identity"}), (SCRIPT, {"range": "bytes=0-99"}), (FONT, {})],
    ids=["no gzip", "a range", "a font"],
)
def test_what_is_not_asked_for_compressed_or_is_already_comes_as_it_is(
    app: ASGIApp, file: Path, headers: dict[str, str]
) -> None:
    get(app, file)
    response, body = get(app, file, **headers)
    assert "content-encoding" not in response.headers
    assert body and file.read_bytes().startswith(body)


def test_the_page_names_the_script_of_the_chart_which_exists(app: ASGIApp) -> None:
    """A new Streamlit that names it differently fails here: the first chart would come later, unnoticed."""
    (name,) = CHART_SCRIPTS
    assert (SCRIPT.parent / name).stat().st_size > 3_000_000
    link = get(app, STATIC / "watchlist")[0].headers["link"]
    assert link == f"<./static/js/{name}>; rel=modulepreload; as=script"
    assert "link" not in get(app, SCRIPT)[0].headers
