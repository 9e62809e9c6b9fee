"""What was asked of Yahoo and what came back, in a file and on standard error; cookies and crumbs are left out."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

SETTING = "LEVELS_LOG"
BYTES, OLDER = 1_000_000, 2  # of a file, and how many older ones stay beside it
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Nothing here logs them; an error of a library below might quote the address or the headers that hold them
SECRETS = re.compile(
    r"""(\bcrumb["']?\s*[=:]\s*["']?)[^\s"'&,)}\]]+"""
    r"""|((?:set-)?cookies?["']?\s*[=:]\s*["']?)[^\r\n"']+"""
    r"""|(\b(?:A1S?|A3|GUCS?|EuConsent)=)[^\s;"',]+""",
    re.IGNORECASE,
)

_beginning = threading.Lock()


def start_logging(verbose: bool = False) -> Path | None:
    """Begins the log of this process and returns its file; None where that cannot be written, which is said once.

    The file is the one that `LEVELS_LOG` names, else `levelboard.log` in the user's folder for logs. On standard error
    `verbose` says everything, otherwise only what went wrong is said. To call it again changes nothing.
    """
    with _beginning:
        return _begun(logging.getLogger("levelboard"), verbose)


def _begun(log: logging.Logger, verbose: bool) -> Path | None:
    log.setLevel(logging.INFO)
    terminal = _handler(log, "levelboard terminal") or _added(log, "levelboard terminal", logging.StreamHandler())
    terminal.setLevel(logging.INFO if verbose else logging.WARNING)
    path = _path()
    kept = _handler(log, f"levelboard {path}")
    if kept is None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            kept = _File(path, maxBytes=BYTES, backupCount=OLDER, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            kept = logging.NullHandler()
            print(f"The log {path} cannot be written ({error.strerror}): name another with {SETTING}.", file=sys.stderr)
        _added(log, f"levelboard {path}", kept)
    return path if isinstance(kept, _File) else None


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A disk that fills up later costs lines of the log, and must not fill the terminal with tracebacks."""


class _WithoutSecrets(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact_secrets(super().format(record))


def redact_secrets(text: str) -> str:
    """The text with the values of cookies and crumbs replaced by «…»."""
    return SECRETS.sub(lambda found: "".join(filter(None, found.groups())) + "…", text)


def _path() -> Path:
    named = os.environ.get(SETTING)
    folder = platformdirs.user_log_path("levelboard", appauthor=False)
    return Path(named).expanduser() if named else folder / "levelboard.log"


def _handler(log: logging.Logger, name: str) -> logging.Handler | None:
    return next((handler for handler in log.handlers if handler.name == name), None)


def _added(log: logging.Logger, name: str, handler: logging.Handler) -> logging.Handler:
    handler.name = name
    handler.setFormatter(_WithoutSecrets(LINE))
    log.addHandler(handler)
    return handler
