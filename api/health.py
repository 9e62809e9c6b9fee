"""`/healthz`: whether this process and its store work, for a load balancer or a watchdog. It tells nothing else."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from market.store.store import get_store


def health(_: Request) -> JSONResponse:
    """Answer 200, or 503 while the store cannot be used and changes are kept in memory only."""
    store = get_store()
    store.watchlists()
    works = store.notice is None
    document = {"status": "ok" if works else "degraded", "store": "ok" if works else "unavailable"}
    return JSONResponse(document, 200 if works else 503, {"Cache-Control": "no-store"})
