"""The programs outside Python that some tests drive, looked for before those tests run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")  # Debian keeps the server's programs off the PATH


@dataclass(frozen=True)
class Program:
    """Something that a machine may lack. `find` returns where it is, or None; `install` is what to do then."""

    name: str
    find: Callable[[], Path | None]
    install: str

    @property
    def missing(self) -> str:
        return f"{self.name} is not installed ({self.install})"


def browser_path() -> Path | None:
    """Return the installed Chromium or Chrome; the environment variable BROWSER_PATH names another one."""
    named = os.environ.get("BROWSER_PATH")
    return first_on_path(named) if named else first_on_path(*BROWSER_NAMES)


def postgres_bin() -> Path | None:
    """Return the folder that holds `initdb` and `pg_ctl`."""
    on_path = first_on_path("initdb")
    off_path = sorted(DEBIAN_POSTGRES.glob("*/bin/initdb"))
    return on_path.parent if on_path else off_path[-1].parent if off_path else None


def first_on_path(*names: str) -> Path | None:
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


# By the marker of the tests that need it
PROGRAMS = {
    "browser": Program("Chromium or Chrome", browser_path, "Debian: apt install chromium; or set BROWSER_PATH"),
    "postgres": Program("a PostgreSQL server", postgres_bin, "Debian: apt install postgresql"),
    "nginx": Program("nginx", lambda: first_on_path("nginx"), "Debian: apt install nginx"),
    "openssl": Program("openssl", lambda: first_on_path("openssl"), "Debian: apt install openssl"),
}
