"""Whose files are taken: those of viewers who were let in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.own_loop import run_in_own_loop
from ui import admission
from ui.admitted_uploads import AdmittedUploads


@pytest.fixture(autouse=True)
def nobody_admitted() -> Iterator[None]:
    admission._sessions.clear()
    yield
    admission._sessions.clear()


def put(path: str) -> tuple[int, str]:
    async def read(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(await request.body())} bytes read")

    async def send() -> httpx.Response:
        server = AdmittedUploads(Starlette(routes=[Route("/{path:path}", read, methods=["PUT", "GET"])]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://localhost") as client:
            return await client.put(path, content=b"x" * 1000)

    response = run_in_own_loop(send())
    return response.status_code, response.text


def test_a_stranger_uploads_nothing() -> None:
    refused = (403, "Sign in before you upload a file")
    assert put("/_stcore/upload_file/ann/1") == refused
    admission._sessions["ann"] = False
    assert put("/_stcore/upload_file/ann/1") == put("/base/_stcore/upload_file/ann/1") == refused


def test_who_was_let_in_uploads_until_signing_out() -> None:
    admission._sessions["ann"] = True
    assert put("/_stcore/upload_file/ann/1") == (200, "1000 bytes read")
    assert put("/_stcore/upload_file/bob/1")[0] == 403
    admission._sessions["ann"] = False
    assert put("/_stcore/upload_file/ann/1")[0] == 403


def test_other_requests_pass() -> None:
    assert put("/api/levels/CIFR")[0] == 200
