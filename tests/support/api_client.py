"""Requests to the API without a server: from this computer or from another, with or without a token."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.support.own_loop import run_in_own_loop


class ApiClient:
    """Sends GET requests to an application as if they came from `host`, to the server's name `server`."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", server: str = "localhost") -> None:
        self._app, self._host, self._server = app, host, server

    def get(self, path: str, headers: dict[str, str] | None = None, **parameters: str) -> httpx.Response:
        return self.get_all([path], headers, **parameters)[0]

    def get_all(
        self, paths: list[str], headers: dict[str, str] | None = None, **parameters: str
    ) -> list[httpx.Response]:
        """Send all requests at the same time and return their responses in the same order."""
        return run_in_own_loop(self._get_all(paths, headers or {}, parameters))

    async def _get_all(self, paths: list[str], headers: dict[str, str], parameters: Any) -> list[httpx.Response]:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False, client=(self._host, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{self._server}:8501") as client:
            requests = [client.get(path, headers=headers, params=parameters or None) for path in paths]
            return list(await asyncio.gather(*requests))
