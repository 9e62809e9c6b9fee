"""Take uploads only from viewers who have been let in: a stranger's files would fill the memory before the sign-in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cachetools import TTLCache
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

MAX_SESSIONS = 10_000
REMEMBERED_SECONDS = 24 * 3600.0  # since the last run of the session's page
UPLOAD = re.compile(r".*/_stcore/upload_file/(?P<session>[^/]+)/.*")
FORBIDDEN = 403

_admitted: TTLCache[str, bool] = TTLCache(MAX_SESSIONS, REMEMBERED_SECONDS)


def note_admission(is_admitted: bool) -> None:
    """Note whether the viewer of this run may see the dashboard, and so may upload files."""
    context = get_script_run_ctx()
    if context is not None:
        _admitted[context.session_id] = is_admitted


@dataclass
class AdmittedUploads:
    """ASGI middleware that refuses the files of sessions that were not let in, before a byte of them is read."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_strangers_upload(scope):
            await PlainTextResponse("Sign in before you upload a file", FORBIDDEN)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_strangers_upload(scope: Any) -> bool:
    upload = UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
    return upload is not None and not _admitted.get(upload["session"], False)
