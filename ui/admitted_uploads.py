"""Take uploads only from viewers who have been let in: a stranger's files would fill the memory before the sign-in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui import admission

UPLOAD = re.compile(r".*/_stcore/upload_file/(?P<session>[^/]+)/.*")
FORBIDDEN = 403


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
    return upload is not None and not admission.is_session_admitted(upload["session"])
