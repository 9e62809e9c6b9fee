"""Whose files are taken: those of viewers who were let in."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.own_loop import run_in_own_loop
from ui import admitted_uploads
from ui.admitted_uploads import AdmittedUploads, note_admission


@pytest.fixture(autouse=True)
def nobody_admitted() -> Iterator[None]:
    admitted_uploads._admitted.clear()
    yield
    admitted_uploads._admitted.clear()


def run_page(monkeypatch: pytest.MonkeyPatch, session: str, is_admitted: bool) -> None:
    """Note it as a run of that session's page does."""
    monkeypatch.setattr(admitted_uploads, "get_script_run_ctx", lambda: SimpleNamespace(session_id=session))
    note_admission(is_admitted)


def put(path: str) -> tuple[int, str]:
    async def read(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(await request.body())} bytes read")

    async def send() -> httpx.Response:
        server = AdmittedUploads(Starlette(routes=[Route("/{path:path}", read, methods=["PUT", "GET"])]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://localhost") as client:
            return await client.put(path, content=b"x" * 1000)

    response = run_in_own_loop(send())
    return response.status_code, response.text


def test_a_stranger_uploads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = (403, "Sign in before you upload a file")
    assert put("/_stcore/upload_file/ann/1") == refused
    run_page(monkeypatch, "ann", is_admitted=False)
    assert put("/_stcore/upload_file/ann/1") == put("/base/_stcore/upload_file/ann/1") == refused


def test_who_was_let_in_uploads_until_signing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(monkeypatch, "ann", is_admitted=True)
    assert put("/_stcore/upload_file/ann/1") == (200, "1000 bytes read")
    assert put("/_stcore/upload_file/bob/1")[0] == 403
    run_page(monkeypatch, "ann", is_admitted=False)
    assert put("/_stcore/upload_file/ann/1")[0] == 403


def test_other_requests_pass() -> None:
    assert put("/api/levels/CIFR")[0] == 200
