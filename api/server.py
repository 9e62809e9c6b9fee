"""The API as an application of its own, which `app.py` mounts beside the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route

from api import levels, openbb, watchlists
from api.access import check_request
from api.problems import HANDLERS
from version import VERSION

OPENBB_ORIGINS = ("https://pro.openbb.co", "https://workspace.openbb.co")
DESCRIPTION = (
    "Technical levels and analysts' price targets of one ticker as of one day. Open on the computer that serves it; "
    "from elsewhere with `Authorization: Bearer TOKEN`. Errors are problem documents (RFC 9457)."
)

router = APIRouter()


@router.get("/openapi.json")
def describe(request: Request) -> dict[str, Any]:
    """Return the OpenAPI description of all this."""
    description: dict[str, Any] = request.app.openapi()
    return description


def create_api(is_open_here: Callable[[], bool]) -> FastAPI:
    """Return the application; `is_open_here()`: whether requests made on this computer need no token."""
    api = FastAPI(
        title="Levelboard",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=None,  # served by `describe` below, as it would need no token
        exception_handlers=HANDLERS,
        dependencies=[Depends(check_request)],
    )
    api.state.is_open_here = is_open_here
    # OpenBB Workspace asks from the viewer's browser, which asks first whether its address may
    api.add_middleware(
        CORSMiddleware,
        allow_origins=OPENBB_ORIGINS,
        allow_methods=["GET"],
        allow_headers=["Authorization"],
        allow_private_network=True,
    )
    for part in (router, levels.router, watchlists.router, openbb.router):
        api.include_router(part)
    return api


def routes(is_open_here: Callable[[], bool]) -> list[BaseRoute]:
    """Return what `app.py` serves beside the pages: `/api/…`, and at the root what OpenBB Workspace looks for there."""
    api = create_api(is_open_here)
    return [
        Mount("/api", api),
        Route("/widgets.json", api),
        Route("/apps.json", api),
    ]
