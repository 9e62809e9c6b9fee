"""The history of what people entered: who changed what, and when; what was deleted can be restored from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select

from market.store import clock
from market.store.personal.sharing import EVERYONE, SHARING_NAMES, may_edit, may_read, read_target_sharing
from market.store.schema import EDITS, OWN_TARGETS, WATCHLISTS
from text.numbers import format_count
from text.prose import join_words

KEPT_SECONDS = 90 * 86400.0  # how long what was deleted can be restored
MAX_EDITS = 200  # of the latest are looked at for one person's history
MAX_NAMED_SYMBOLS = 8

Action = Literal["created", "edited", "moved", "shared", "deleted", "restored", "imported"]
OWN_TARGETS_SUBJECT = ""  # in place of a watchlist's id


@dataclass(frozen=True)
class Edit:
    """One change that a person made to a watchlist, or to own targets where `watchlist_id` is "".

    `person`: who made it, "" where nobody signs in. `owner`: whose list or targets they are. `is_restorable`: whether
    it deleted something that the reader of this history can restore. `details`: the name of the list, and by action
    the symbols added and removed, a former name, how many targets, with whom it is shared.
    """

    token: str
    at: datetime
    person: str
    owner: str
    watchlist_id: str
    action: Action
    details: Mapping[str, Any] = field(default_factory=dict)
    is_restorable: bool = False

    @property
    def subject(self) -> str:
        """The name of the watchlist, or how many targets of which owner."""
        if self.watchlist_id:
            return str(self.details["name"])
        count = self.details.get("count")
        counted = "own targets" if count is None else format_count(count, "own target")
        return counted if self.owner in (EVERYONE, self.person) else f"{counted} of {self.owner}"

    @property
    def what(self) -> str:
        """What was done, as the end of a sentence that begins with the subject: "added AMD", "deleted"."""
        details = self.details
        parts = [f"renamed from {details['former_name']}"] if "former_name" in details else []
        parts += [f"{verb} {_named(details[verb])}" for verb in ("added", "removed") if details.get(verb)]
        if self.action == "edited":
            return join_words(parts) if parts else "reordered"
        if self.action == "shared":
            return SHARING_NAMES[details["sharing"]].lower()
        return self.action


def record(
    connection: Connection,
    action: Action,
    person: str,
    owner: str,
    watchlist_id: str,
    details: Mapping[str, Any],
    token: str | None = None,
) -> None:
    """Add an edit to the history, with this token or a new one; forget what is older than the history is kept."""
    last = connection.scalar(select(func.max(EDITS.c.number)))
    now = clock.seconds(connection)
    row = {"number": (last or 0) + 1, "token": token or new_token(), "at": now, "person": person, "owner": owner}
    subject = {"watchlist_id": watchlist_id, "action": action, "details": json.dumps(dict(details))}
    connection.execute(insert(EDITS).values(row | subject))
    _forget(connection, now - KEPT_SECONDS)


def new_token() -> str:
    """Return a name that no other edit, list or version of a list has."""
    return uuid4().hex


def last_token(connection: Connection) -> str:
    """Return the token of the latest edit: while it is the same, so is everything that people entered."""
    return connection.scalar(select(EDITS.c.token).order_by(EDITS.c.number.desc()).limit(1)) or ""


def who_edited(connection: Connection, watchlist_id: str) -> str:
    """Return who edited this watchlist last, "" if that is not known."""
    of_content = EDITS.c.action.in_(("created", "edited", "deleted", "restored"))
    query = select(EDITS.c.person).where(EDITS.c.watchlist_id == watchlist_id, of_content)
    return connection.scalar(query.order_by(EDITS.c.number.desc()).limit(1)) or ""


def read_edits(connection: Connection, person: str) -> tuple[Edit, ...]:
    """Return the latest edits of what `person` may see, newest first."""
    rows = connection.execute(select(EDITS).order_by(EDITS.c.number.desc()).limit(MAX_EDITS)).all()
    lists = {row.id: row for row in connection.execute(select(WATCHLISTS)).all()}
    target_sharing = read_target_sharing(connection)
    targets = connection.scalars(select(OWN_TARGETS.c.deletion).distinct())
    deletions = {*(row.deletion for row in lists.values()), *targets}
    edits = []
    for row in rows:
        if row.watchlist_id and row.watchlist_id not in lists:
            continue
        sharing = lists[row.watchlist_id].sharing if row.watchlist_id else target_sharing.get(row.owner, "private")
        if may_read(row.owner, sharing, person):
            is_restorable = row.token in deletions and may_edit(row.owner, sharing, person)
            edits.append(_edit(row, is_restorable))
    return tuple(edits)


def _edit(row: Any, is_restorable: bool) -> Edit:
    at = datetime.fromtimestamp(row.at, UTC)
    details = json.loads(row.details)
    return Edit(row.token, at, row.person, row.owner, row.watchlist_id, row.action, details, is_restorable)


def _forget(connection: Connection, before: float) -> None:
    """Delete for good what was deleted before that moment, and the history of that time."""
    old = select(EDITS.c.token).where(EDITS.c.at < before)
    if connection.scalar(old.limit(1)) is None:
        return
    for table in (WATCHLISTS, OWN_TARGETS):
        connection.execute(delete(table).where(table.c.deletion.in_(old)))
    connection.execute(delete(EDITS).where(EDITS.c.at < before))


def _named(symbols: list[str]) -> str:
    left = len(symbols) - MAX_NAMED_SYMBOLS
    return join_words([*symbols[:MAX_NAMED_SYMBOLS], f"{left} more"] if left > 0 else symbols)
