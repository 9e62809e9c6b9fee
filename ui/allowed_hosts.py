"""Serve only under the names of `server.allowedHosts`, against web pages whose name is led here (DNS rebinding)."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from starlette.datastructures import URL
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from text.plain_text import quote

MISDIRECTED = 421
ANY_NAME = ("/healthz", "/_stcore/health")  # a load balancer asks by address; they tell nothing


@dataclass
class OnlyAllowedHosts:
    """ASGI middleware that answers a request under another name with one sentence.

    Streamlit itself refuses only the websocket, so that a viewer would wait for a page that never comes.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ANY_NAME or _is_allowed(URL(scope=scope).hostname or ""):
            await self.app(scope, receive, send)
        else:
            await PlainTextResponse(_refusal(URL(scope=scope).hostname or ""), MISDIRECTED)(scope, receive, send)


def _refusal(name: str) -> str:
    return (
        f"Levelboard is not served under the name {quote(name)}: open it by a name of server.allowedHosts, "
        "or add this one, as in STREAMLIT_SERVER_ALLOWED_HOSTS=levels.example.com"
    )


def _is_allowed(name: str) -> bool:
    patterns = [pattern.strip("[] ").lower() for pattern in st.get_option("server.allowedHosts")]
    return not patterns or any(_fits(name.lower().rstrip("."), pattern) for pattern in patterns)


def _fits(name: str, pattern: str) -> bool:
    return pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))
