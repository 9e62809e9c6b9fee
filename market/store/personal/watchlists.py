"""Watchlists of people: made, edited on the version they were read in, ordered, shared, deleted and restored."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from market.store.failures import StoreProblem
from market.store.personal import edits
from market.store.personal.merge import merge_symbols, merge_text
from market.store.personal.sharing import EVERYONE, Sharing, may_edit, may_read, sharing_at_first
from market.store.schema import DEFAULT_WATCHLIST, WATCHLISTS

MAX_NAME_LENGTH = 60


@dataclass(frozen=True)
class Watchlist:
    """A named list of symbols, in the user's order. Two are equal if name and symbols are.

    `id`, `version`: which list it is, and which edit of it; "" for one that is not stored. `owner`: "" for everyone.
    """

    name: str
    symbols: tuple[str, ...]
    id: str = field(default="", compare=False)
    version: str = field(default="", compare=False)
    owner: str = field(default=EVERYONE, compare=False)
    sharing: Sharing = field(default="edit", compare=False)

    def may_be_edited_by(self, person: str) -> bool:
        """Return whether `person` may change it."""
        return may_edit(self.owner, self.sharing, person)


DEFAULT = Watchlist(*DEFAULT_WATCHLIST)


def new_watchlist(name: str, symbols: Sequence[str], list_id: str = "") -> Watchlist:
    """Return a list, or the next version of the one with this id, to be stored."""
    return Watchlist(name, tuple(symbols), list_id or edits.new_token(), edits.new_token())


class EditConflict(StoreProblem):
    """A list was changed meanwhile in a way that an edit of it cannot be merged with.

    `theirs`: the list as it is now, None if it was deleted. `who`: the person who changed it last, "" if unknown.
    """

    def __init__(self, name: str, theirs: Watchlist | None, who: str) -> None:
        by = f" by {who}" if who else ""
        if theirs is None:
            text = f'"{name}" was deleted meanwhile{by}. Create it again, or leave it deleted.'
        else:
            text = f'"{name}" was changed meanwhile{by}: here is both. Save yours in its place, or keep theirs.'
        super().__init__(text)
        self.theirs, self.who = theirs, who


def from_row(row: Row[Any]) -> Watchlist:
    """Return the watchlist of a row of `WATCHLISTS`."""
    return Watchlist(row.name, tuple(json.loads(row.symbols)), row.id, row.version, row.owner, row.sharing)


def create(connection: Connection, new: Watchlist, person: str) -> Watchlist:
    """Add a list of `person` at the end. Raises `StoreProblem` if the name is invalid, or taken by one of theirs."""
    if (existing := _row(connection, new.id)) is not None:  # made already, and made again after an outage
        return from_row(existing)
    created = _named(new, new.name)
    _check_name_is_free(connection, created.name, person, "")
    made = Watchlist(created.name, created.symbols, new.id, new.version, person, sharing_at_first(person))
    _insert(connection, made)
    edits.record(connection, "created", person, person, made.id, {"name": made.name})
    return made


def edit(connection: Connection, base: Watchlist, edited: Watchlist, person: str) -> Watchlist:
    """Store `edited`, made from `base`, merged with what others changed meanwhile, and return what came of it.

    Raises `EditConflict` where the two cannot be merged, and `StoreProblem` if the person may not edit the list, or the
    name is invalid or taken.
    """
    current = _current(connection, base, person)
    if current.version == edited.version:  # made already, and made again after an outage
        return current
    merged = _merged(base, _named(edited, edited.name), current)
    if merged is None:
        raise EditConflict(base.name, current, edits.who_edited(connection, base.id))
    if merged == current:
        return current
    if merged.name != current.name:
        _check_name_is_free(connection, merged.name, current.owner, base.id)
    values = {"name": merged.name, "symbols": _symbols_text(merged.symbols), "version": edited.version}
    connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.id == base.id).values(values))
    edits.record(connection, "edited", person, current.owner, base.id, _differences(current, merged))
    return Watchlist(merged.name, merged.symbols, base.id, edited.version, current.owner, current.sharing)


def replace_or_create(connection: Connection, new: Watchlist, person: str) -> Watchlist:
    """Add a list of `person`, or replace theirs of that name, whatever it holds."""
    query = select(WATCHLISTS).where(_is_live(), WATCHLISTS.c.owner == person)
    row = connection.execute(query.where(WATCHLISTS.c.name == _named(new, new.name).name)).one_or_none()
    return create(connection, new, person) if row is None else edit(connection, from_row(row), new, person)


def keep_copy(connection: Connection, edited: Watchlist, person: str) -> None:
    """Store an edit that could not be merged as a list of its own, with a name that says so."""
    name = _free_name(connection, f"{edited.name} (conflict)", person)
    create(connection, new_watchlist(name, edited.symbols), person)


def delete(connection: Connection, base: Watchlist, person: str, token: str) -> None:
    """Delete the list as it was read, by the edit `token`. Raises `EditConflict` if somebody changed it meanwhile.

    Where the person has no other list, the default one takes its place.
    """
    row = _row(connection, base.id)
    if row is None or row.deletion is not None:
        return
    current = _current(connection, base, person)
    if current != base:
        raise EditConflict(base.name, current, edits.who_edited(connection, base.id))
    edits.record(connection, "deleted", person, current.owner, base.id, {"name": current.name}, token)
    connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.id == base.id).values(deletion=token))
    if not visible(read_live(connection), person):
        create(connection, new_watchlist(DEFAULT.name, DEFAULT.symbols), person)


def restore(connection: Connection, token: str, person: str) -> int:
    """Bring back the lists that one edit deleted, and return how many; a name taken meanwhile gets a number."""
    rows = connection.execute(select(WATCHLISTS).where(WATCHLISTS.c.deletion == token)).all()
    restorable = [row for row in rows if may_edit(row.owner, row.sharing, person)]
    for row in restorable:
        name = _free_name(connection, row.name, row.owner)
        values = {"deletion": None, "name": name}
        connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.id == row.id).values(values))
        edits.record(connection, "restored", person, row.owner, row.id, {"name": name})
    return len(restorable)


def order(connection: Connection, first: Watchlist, second: Watchlist, person: str) -> None:
    """Put `first` directly before `second`, unless it is somewhere before it already."""
    ids = [row.id for row in _live_rows(connection)]
    if first.id not in ids or second.id not in ids or ids.index(first.id) < ids.index(second.id):
        return
    ids.remove(first.id)
    ids.insert(ids.index(second.id), first.id)
    for place, list_id in enumerate(ids):
        connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.id == list_id).values(place=place))
    edits.record(connection, "moved", person, first.owner, first.id, {"name": first.name})


def share(connection: Connection, shared: Watchlist, sharing: Sharing, person: str) -> None:
    """Share a list of the person's own with everyone to read or to edit, or no longer."""
    row = _row(connection, shared.id)
    if row is None or row.owner != person or person == EVERYONE:
        raise StoreProblem(f'Only the owner of "{shared.name}" can share it.')
    if row.sharing != sharing:
        connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.id == shared.id).values(sharing=sharing))
        edits.record(connection, "shared", person, person, shared.id, {"name": row.name, "sharing": sharing})


def read_live(connection: Connection) -> tuple[Watchlist, ...]:
    """Return all lists but the deleted ones, in their order."""
    return tuple(map(from_row, _live_rows(connection)))


def visible(watchlists: Sequence[Watchlist], person: str) -> tuple[Watchlist, ...]:
    """Return the lists that the person may see, in their order."""
    return tuple(listed for listed in watchlists if may_read(listed.owner, listed.sharing, person))


def _is_live() -> Any:
    return WATCHLISTS.c.deletion.is_(None)


def _live_rows(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(WATCHLISTS).where(_is_live()).order_by(WATCHLISTS.c.place)).all()


def _row(connection: Connection, list_id: str) -> Row[Any] | None:
    return connection.execute(select(WATCHLISTS).where(WATCHLISTS.c.id == list_id)).one_or_none()


def _current(connection: Connection, base: Watchlist, person: str) -> Watchlist:
    """Return the list as it is now. Raises `EditConflict` if it was deleted, `StoreProblem` if it is read-only."""
    row = _row(connection, base.id)
    if row is None or row.deletion is not None or not may_read(row.owner, row.sharing, person):
        raise EditConflict(base.name, None, edits.who_edited(connection, base.id))
    if not may_edit(row.owner, row.sharing, person):
        raise StoreProblem(f'"{row.name}" belongs to {row.owner}, who shares it to read. Save yours as a new list.')
    return from_row(row)


def _merged(base: Watchlist, edited: Watchlist, current: Watchlist) -> Watchlist | None:
    """Return `edited` with what became of `base` meanwhile; None if the two cannot be merged."""
    if current.version == base.version:
        return edited
    name = merge_text(base.name, edited.name, current.name)
    symbols = merge_symbols(base.symbols, edited.symbols, current.symbols)
    return None if name is None or symbols is None else Watchlist(name, symbols)


def _named(watchlist: Watchlist, name: str) -> Watchlist:
    """Return name and symbols as they are stored: the name cleaned, each symbol once."""
    return Watchlist(_clean_name(name), tuple(dict.fromkeys(watchlist.symbols)))


def _insert(connection: Connection, made: Watchlist) -> None:
    last = connection.scalar(select(func.max(WATCHLISTS.c.place)))
    place = 0 if last is None else last + 1
    row = {"id": made.id, "owner": made.owner, "sharing": made.sharing, "name": made.name, "place": place}
    symbols = {"symbols": _symbols_text(made.symbols), "version": made.version}
    connection.execute(insert(WATCHLISTS).values(row | symbols))


def _symbols_text(symbols: Sequence[str]) -> str:
    return json.dumps(list(symbols))


def _differences(before: Watchlist, after: Watchlist) -> dict[str, Any]:
    details: dict[str, Any] = {"name": after.name}
    if before.name != after.name:
        details["former_name"] = before.name
    details["added"] = [symbol for symbol in after.symbols if symbol not in before.symbols]
    details["removed"] = [symbol for symbol in before.symbols if symbol not in after.symbols]
    return details


def _names(connection: Connection, owner: str, but_for: str = "") -> set[str]:
    query = select(WATCHLISTS.c.name).where(_is_live(), WATCHLISTS.c.owner == owner, WATCHLISTS.c.id != but_for)
    return set(connection.scalars(query))


def _check_name_is_free(connection: Connection, name: str, owner: str, but_for: str) -> None:
    if name in _names(connection, owner, but_for):
        raise StoreProblem(f'There is already a watchlist named "{name}". Choose another name.')


def _free_name(connection: Connection, name: str, owner: str) -> str:
    """Return the name, with a number behind it if the owner has a list of that name."""
    taken, number, free = _names(connection, owner), 2, name[:MAX_NAME_LENGTH]
    while free in taken:
        ending = f" {number}"
        free, number = f"{name[: MAX_NAME_LENGTH - len(ending)]}{ending}", number + 1
    return free


def _clean_name(text: str) -> str:
    """Return a watchlist's name with single spaces. Raises `StoreProblem` if it is not a valid name."""
    name = " ".join(text.split())
    if not name:
        raise StoreProblem("A watchlist needs a name. Enter one.")
    if len(name) > MAX_NAME_LENGTH:
        raise StoreProblem(f"A watchlist name can have at most {MAX_NAME_LENGTH} characters. Shorten it.")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise StoreProblem("A watchlist name must be plain text, and this one has invisible characters. Type it again.")
    return name
