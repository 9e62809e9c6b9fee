"""Serve Streamlit's scripts and styles compressed: it sends them as they are, 8 to 11 MB before the first chart."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEVEL = 6  # of gzip: 9 takes twice the time for 1% less
SMALLEST_BYTES = 500  # below, compression gains less than its header costs
COMPRESSED_TYPES = ("text/javascript", "application/javascript", "text/css")
SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"
# 40% of the first chart's bytes, which Streamlit asks for only at the first figure; nothing where no file is named so
CHART_SCRIPTS = tuple(sorted(path.name for path in SCRIPTS.glob("PlotlyChart.*.js")))
MAX_KEPT = 512  # Streamlit has 320 scripts and styles


@dataclass
class CompressedAssets:
    """ASGI middleware that keeps each script and style compressed in memory once it has been asked for.

    Streamlit's own compression skips them, since it would compress them again at each request. Their names contain a
    hash of their content, so one copy serves until the server stops: 6 MB if every script of Streamlit is asked for.
    """

    app: ASGIApp
    _kept: dict[str, tuple[Message, bytes]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _takes_whole_gzip(scope):
            await self.app(scope, receive, send)
        elif scope["path"] in self._kept:
            await _send_whole(*self._kept[scope["path"]], send)
        else:
            await self._compress(scope, receive, send)

    async def _compress(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer compressed and keep it, if it is a script or a style; else pass it on as it comes."""
        start: Message | None = None
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_compressible(message):
                start = message
            elif start is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    body = await asyncio.to_thread(gzip.compress, b"".join(parts), LEVEL, mtime=0)
                    _declare_gzip(start, len(body))
                    if len(self._kept) < MAX_KEPT:
                        self._kept[scope["path"]] = start, body
                    await _send_whole(start, body, send)

        await self.app(scope, receive, collect)


@dataclass
class ChartPreload:
    """ASGI middleware that has a browser fetch the chart's script along with the page, not after it."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add_link(message: Message) -> None:
            if message["type"] == "http.response.start" and _type_of(message) == "text/html":
                for script in CHART_SCRIPTS:
                    MutableHeaders(raw=message["headers"]).append(
                        "link", f"<./static/js/{script}>; rel=modulepreload; as=script"
                    )
            await send(message)

        is_page = scope["type"] == "http" and scope["method"] == "GET"
        await self.app(scope, receive, add_link if is_page else send)


def _takes_whole_gzip(scope: Scope) -> bool:
    """Return whether the request is for a whole file, by a client that reads gzip."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and not ({"range", "if-none-match"} & set(headers))


def _is_compressible(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_large = int(headers.get("content-length", SMALLEST_BYTES)) >= SMALLEST_BYTES
    is_plain = "content-encoding" not in headers and start["status"] == 200
    return (
        is_large
        and is_plain
        and "immutable" in headers.get("cache-control", "")
        and _type_of(start) in COMPRESSED_TYPES
    )


def _type_of(start: Message) -> str:
    return Headers(raw=start["headers"]).get("content-type", "").partition(";")[0]


def _declare_gzip(start: Message, length: int) -> None:
    headers = MutableHeaders(raw=start["headers"])
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(length)
    headers.add_vary_header("Accept-Encoding")
    del headers["etag"]


async def _send_whole(start: Message, body: bytes, send: Send) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})
