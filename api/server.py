"""The API as an application of its own, which `app.py` mounts beside the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.routing import BaseRoute, Mount, Route

from api import changes, levels, openbb, watchlists
from api.access import check_request
from api.health import health
from api.problems import HANDLERS
from version import VERSION

OPENBB_ORIGINS = ("https://pro.openbb.co", "https://workspace.openbb.co")
DESCRIPTION = (
    "Technical levels and analysts' price targets of one ticker as of one day. Open on the computer that serves it; "
    "from elsewhere with `Authorization: Bearer TOKEN`. Errors are problem documents (RFC 9457)."
)

SESSIONS = Gauge("levelboard_sessions", "Viewers whose pages are open")

router = APIRouter()


@router.get("/openapi.json")
def describe(request: Request) -> dict[str, Any]:
    """Return the OpenAPI description of all this."""
    description: dict[str, Any] = request.app.openapi()
    return description


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return what this process measured since its start, as Prometheus reads it."""
    SESSIONS.set(request.app.state.count_sessions())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def create_api(is_open_here: Callable[[], bool], count_sessions: Callable[[], int] = lambda: 0) -> FastAPI:
    """Return the application.

    `is_open_here()`: whether requests made on this computer need no token. `count_sessions()`: how many viewers the
    pages have now.
    """
    api = FastAPI(
        title="Levelboard",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=None,  # served by `describe` below, as it would need no token
        exception_handlers=HANDLERS,
        dependencies=[Depends(check_request)],
    )
    api.state.is_open_here, api.state.count_sessions = is_open_here, count_sessions
    # OpenBB Workspace asks from the viewer's browser, which asks first whether its address may
    api.add_middleware(
        CORSMiddleware,
        allow_origins=OPENBB_ORIGINS,
        allow_methods=["GET"],
        allow_headers=["Authorization"],
        allow_private_network=True,
    )
    for part in (router, levels.router, changes.router, watchlists.router, openbb.router):
        api.include_router(part)
    return api


def routes(is_open_here: Callable[[], bool], count_sessions: Callable[[], int] = lambda: 0) -> list[BaseRoute]:
    """Return what `app.py` serves beside the pages: `/api/…`, and what other programs look for at the root."""
    api = create_api(is_open_here, count_sessions)
    return [
        Mount("/api", api),
        Route("/widgets.json", api),
        Route("/apps.json", api),
        Route("/metrics", api),
        Route("/healthz", health),
    ]
