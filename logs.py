"""The log of requests to Yahoo, in a file and on standard error; it contains no cookies and no crumbs."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

LOG_PATH_VARIABLE = "LEVELS_LOG"
MAX_FILE_BYTES = 1_000_000
OLD_FILES = 2  # full files kept beside the current one
LINE_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Levelboard logs none of these, but an error of a library may quote the address or the headers that contain them
SECRETS = re.compile(
    r"""(\bcrumb["']?\s*[=:]\s*["']?)[^\s"'&,)}\]]+"""
    r"""|((?:set-)?cookies?["']?\s*[=:]\s*["']?)[^\r\n"']+"""
    r"""|(\b(?:A1S?|A3|GUCS?|EuConsent)=)[^\s;"',]+""",
    re.IGNORECASE,
)

_starting = threading.Lock()


def start_logging(verbose: bool = False) -> Path | None:
    """Start the log of this process and return its file, or None if that cannot be written, which is reported once.

    The file is named by `LEVELS_LOG`, else it is `levelboard.log` in the user's log folder. Standard error gets
    warnings and errors, with `verbose` everything. Calling it again changes nothing.
    """
    with _starting:
        return _add_handlers(logging.getLogger("levelboard"), verbose)


def redact_secrets(text: str) -> str:
    """Return the text with the values of cookies and crumbs replaced by "…"."""
    return SECRETS.sub(lambda found: "".join(filter(None, found.groups())) + "…", text)


class _LogFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        """Create the file for its owner alone: it tells what was looked at."""
        file = open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=_open_private)  # noqa: SIM115
        assert isinstance(file, TextIOWrapper)
        return file

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line if the disk is full, instead of printing a traceback to the terminal."""


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact_secrets(super().format(record))


def _add_handlers(log: logging.Logger, verbose: bool) -> Path | None:
    log.setLevel(logging.INFO)
    terminal = _find_handler(log, "levelboard terminal")
    if terminal is None:
        terminal = _add_handler(log, "levelboard terminal", logging.StreamHandler())
    terminal.setLevel(logging.INFO if verbose else logging.WARNING)
    path = _log_path()
    file = _find_handler(log, f"levelboard {path}")
    if file is None:
        file = _add_handler(log, f"levelboard {path}", _open_file(path))
    return path if isinstance(file, _LogFile) else None


def _open_file(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _LogFile(
            path, maxBytes=MAX_FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as error:
        print(
            f"The log {path} cannot be written ({error.strerror}): name another file with {LOG_PATH_VARIABLE}.",
            file=sys.stderr,
        )
        return logging.NullHandler()


def _log_path() -> Path:
    named = os.environ.get(LOG_PATH_VARIABLE)
    folder = platformdirs.user_log_path("levelboard", appauthor=False)
    return Path(named).expanduser() if named else folder / "levelboard.log"


def _find_handler(log: logging.Logger, name: str) -> logging.Handler | None:
    return next((handler for handler in log.handlers if handler.name == name), None)


def _add_handler(log: logging.Logger, name: str, handler: logging.Handler) -> logging.Handler:
    handler.name = name
    handler.setFormatter(_RedactingFormatter(LINE_FORMAT))
    log.addHandler(handler)
    return handler
