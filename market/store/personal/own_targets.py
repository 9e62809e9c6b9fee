"""Own targets of people: added, deleted and restored. A row never changes: its key is that of its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from market.price_target import PriceTarget
from market.store.failures import StoreProblem
from market.store.personal import edits
from market.store.personal.sharing import EVERYONE, Sharing, may_edit, read_target_sharing
from market.store.rows import target_key, target_to_json
from market.store.schema import OWN_TARGETS, TARGET_SHARING

IS_THE_ROW = (OWN_TARGETS.c.owner == bindparam("its_owner")) & (OWN_TARGETS.c.key == bindparam("its_key"))


def read_live(connection: Connection) -> Sequence[Row[Any]]:
    """Return the rows of `OWN_TARGETS` that were not deleted, in the order in which they were added."""
    live = select(OWN_TARGETS).where(OWN_TARGETS.c.deletion.is_(None))
    return connection.execute(live.order_by(OWN_TARGETS.c.place)).all()


def add(connection: Connection, rows: Iterable[PriceTarget], person: str) -> int:
    """Add the targets that neither the person nor everyone has yet, and return how many that were."""
    targets = {target_key(row): row for row in rows}
    known = select(OWN_TARGETS.c.key).where(OWN_TARGETS.c.owner.in_({EVERYONE, person}))
    live = set(connection.scalars(known.where(OWN_TARGETS.c.deletion.is_(None))))
    new = {key: target for key, target in targets.items() if key not in live}
    if not new:
        return 0
    connection.execute(delete(OWN_TARGETS).where(IS_THE_ROW), _row_names(person, new))  # deleted ones that come again
    last = connection.scalar(select(func.max(OWN_TARGETS.c.place)))
    new_rows = [
        {"owner": person, "key": key, "symbol": target.symbol, "body": target_to_json(target), "place": place}
        for place, (key, target) in enumerate(new.items(), 0 if last is None else last + 1)
    ]
    connection.execute(insert(OWN_TARGETS), new_rows)
    edits.record(connection, "imported", person, person, edits.OWN_TARGETS_SUBJECT, {"count": len(new_rows)})
    return len(new_rows)


def delete_live(connection: Connection, rows: Iterable[PriceTarget] | None, person: str, token: str) -> int:
    """Delete these targets, or all if None, as far as the person may, by the edit `token`; return how many."""
    keys = None if rows is None else set(map(target_key, rows))
    sharing = read_target_sharing(connection)
    stored = [
        row
        for row in read_live(connection)
        if (keys is None or row.key in keys) and may_edit(row.owner, sharing.get(row.owner, "private"), person)
    ]
    by_owner: dict[str, list[str]] = {}
    for row in stored:
        by_owner.setdefault(row.owner, []).append(row.key)
    for owner, owned in by_owner.items():
        details = {"count": len(owned)}
        edits.record(connection, "deleted", person, owner, edits.OWN_TARGETS_SUBJECT, details, token)
        deletion = update(OWN_TARGETS).where(IS_THE_ROW).values(deletion=token)
        connection.execute(deletion, _row_names(owner, owned))
    return len(stored)


def restore(connection: Connection, token: str, person: str) -> int:
    """Bring back the targets that one edit deleted, as far as the person may, and return how many."""
    sharing = read_target_sharing(connection)
    rows = connection.execute(select(OWN_TARGETS).where(OWN_TARGETS.c.deletion == token)).all()
    owners = {row.owner for row in rows if may_edit(row.owner, sharing.get(row.owner, "private"), person)}
    restored = 0
    for owner in owners:
        deleted = (OWN_TARGETS.c.deletion == token) & (OWN_TARGETS.c.owner == owner)
        count = connection.execute(update(OWN_TARGETS).where(deleted).values(deletion=None)).rowcount
        edits.record(connection, "restored", person, owner, edits.OWN_TARGETS_SUBJECT, {"count": count})
        restored += count
    return restored


def share(connection: Connection, sharing: Sharing, person: str) -> None:
    """Share all targets of the person with everyone to read or to edit, or no longer."""
    if person == EVERYONE:
        raise StoreProblem("Targets of everyone are shared already. Sign in to have targets of your own.")
    connection.execute(delete(TARGET_SHARING).where(TARGET_SHARING.c.person == person))
    connection.execute(insert(TARGET_SHARING).values(person=person, sharing=sharing))
    edits.record(connection, "shared", person, person, edits.OWN_TARGETS_SUBJECT, {"sharing": sharing})


def _row_names(owner: str, keys: Iterable[str]) -> list[dict[str, str]]:
    """Return the parameters of `IS_THE_ROW` for each key."""
    return [{"its_owner": owner, "its_key": key} for key in keys]
