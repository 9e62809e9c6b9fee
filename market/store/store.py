"""What is kept between two runs: bars and targets that were fetched, watchlists, one's own targets.

SQLite in the user's data folder, or a database that a team shares: `LEVELS_STORE` names a path or an address of
SQLAlchemy. Where it cannot be used the store goes on in memory, and `Store.notice` says why.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget
from market.store.database import Database, StoreProblem
from market.store.failures import ADDRESS
from market.store.rows import body_of, history_of, history_row, key_of, target_of, utc
from market.store.schema import HISTORIES, OWN_TARGETS, SHIPPED_WATCHLIST, TARGET_LISTS, TARGETS, WATCHLISTS

LONGEST_NAME = 60

log = logging.getLogger("levelboard.store")

__all__ = ["Store", "StoreProblem", "TargetList", "Watchlist", "get_store"]


@dataclass(frozen=True)
class Watchlist:
    """A named list of symbols, in the user's order."""

    name: str
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class TargetList:
    """Yahoo's targets of one symbol as they were fetched; `consensus` holds the fields of its own consensus."""

    rows: tuple[PriceTarget, ...]
    fetched_at: datetime
    consensus: Mapping[str, Any] | None


class Store:
    """Bars, targets, watchlists and own targets under one address. Threads and processes may share it.

    `address`: a path or an address of SQLAlchemy; None is the file in the user's data folder.
    """

    def __init__(self, address: str | None = None) -> None:
        self.database = Database(_full_address(address))

    @property
    def notice(self) -> str | None:
        """Why changes are kept in memory only, or what became of a damaged file, a sentence; else None."""
        return self.database.notice

    def close(self) -> None:
        self.database.close()

    # Bars

    def history(self, symbol: str, basis: PriceBasis = "split-adjusted") -> PriceHistory | None:
        """The bars last kept for `symbol` in this price basis, or None."""
        wanted = select(HISTORIES).where(_of(HISTORIES, symbol=symbol, price_basis=basis))
        row = self.database.read_large(lambda connection: connection.execute(wanted).one_or_none())
        if row is None:
            return None
        try:
            return history_of(row)
        except (ValueError, TypeError, KeyError) as error:  # by a newer version, or by hand: fetched again
            log.warning("The stored bars of %s cannot be read: %r", symbol, error)
            return None

    def save_history(self, history: PriceHistory) -> None:
        """Replaces the bars of this symbol and price basis, all at once."""
        row = history_row(history)
        kept = _of(HISTORIES, symbol=history.symbol, price_basis=history.price_basis)

        def change(connection: Connection) -> None:
            connection.execute(delete(HISTORIES).where(kept))
            connection.execute(insert(HISTORIES).values(row))

        self.database.write(change)

    # Yahoo's targets

    def targets(self, symbol: str) -> tuple[PriceTarget, ...]:
        """The rows last kept for `symbol`, in their order."""
        kept = self.target_list(symbol)
        return kept.rows if kept else ()

    def target_list(self, symbol: str) -> TargetList | None:
        """The rows last kept for `symbol` with when they were fetched, or None where none ever were."""
        listed = select(TARGETS.c.body).where(_of(TARGETS, symbol=symbol), TARGETS.c.place.is_not(None))

        def look(connection: Connection) -> TargetList | None:
            kept = connection.execute(select(TARGET_LISTS).where(_of(TARGET_LISTS, symbol=symbol))).one_or_none()
            if kept is None:
                return None
            rows = tuple(map(target_of, connection.scalars(listed.order_by(TARGETS.c.place))))
            consensus = None if kept.consensus is None else json.loads(kept.consensus)
            return TargetList(rows, datetime.fromisoformat(kept.fetched_at), consensus)

        return self.database.read_large(look)

    def save_targets(
        self,
        symbol: str,
        rows: Iterable[PriceTarget],
        seen_on: Date,
        fetched_at: datetime | None = None,
        consensus: Mapping[str, Any] | None = None,
    ) -> None:
        """Replaces the rows listed for `symbol`; each keeps the day on which it was first seen.

        `fetched_at`: None is now. A row that is listed no more stays, for `first_seen`.
        """
        bodies = _by_key(rows)
        listing = {
            "symbol": symbol,
            "fetched_at": utc(fetched_at or datetime.now(UTC)),
            "consensus": None if consensus is None else json.dumps(dict(consensus)),
        }

        def change(connection: Connection) -> None:
            known = {row.key: row for row in connection.execute(select(TARGETS).where(_of(TARGETS, symbol=symbol)))}
            gone = [dict(row._mapping) | {"place": None} for key, row in known.items() if key not in bodies]
            rows = [*_listed(symbol, bodies, {key: row.first_seen for key, row in known.items()}, seen_on), *gone]
            connection.execute(delete(TARGETS).where(_of(TARGETS, symbol=symbol)))
            if rows:
                connection.execute(insert(TARGETS), rows)
            connection.execute(delete(TARGET_LISTS).where(_of(TARGET_LISTS, symbol=symbol)))
            connection.execute(insert(TARGET_LISTS).values(listing))

        self.database.write(change)

    def first_seen(self, symbol: str) -> dict[PriceTarget, Date]:
        """The day on which each row was first seen, those that Yahoo no longer lists included."""
        wanted = select(TARGETS.c.body, TARGETS.c.first_seen).where(_of(TARGETS, symbol=symbol))
        rows = self.database.read_large(lambda connection: connection.execute(wanted).all() or None)
        return {target_of(row.body): Date.fromisoformat(row.first_seen) for row in rows or ()}

    # Watchlists

    def watchlists(self) -> tuple[Watchlist, ...]:
        """All watchlists in their order; there is always one."""
        wanted = select(WATCHLISTS).order_by(WATCHLISTS.c.place)
        rows = self.database.read(lambda connection: connection.execute(wanted).all())
        kept = tuple(Watchlist(row.name, tuple(json.loads(row.symbols))) for row in rows)
        return kept or (Watchlist(*SHIPPED_WATCHLIST),)

    def save_watchlist(self, watchlist: Watchlist) -> None:
        """Adds it at the end, or replaces the one of that name. Raises `StoreProblem` for a name that cannot be."""
        name = _name(watchlist.name)
        symbols = json.dumps(list(dict.fromkeys(watchlist.symbols)))

        def change(connection: Connection) -> None:
            replaced = update(WATCHLISTS).where(_of(WATCHLISTS, name=name)).values(symbols=symbols)
            if not connection.execute(replaced).rowcount:
                _append(connection, WATCHLISTS, name=name, symbols=symbols)

        self.database.write(change, by_hand=True)

    def rename_watchlist(self, old: str, new: str) -> None:
        """Raises `StoreProblem` where there is no `old`, where there is a `new`, or where that cannot be a name."""
        name = _name(new)
        if name == old:
            return

        def change(connection: Connection) -> None:
            if connection.scalar(select(WATCHLISTS.c.name).where(_of(WATCHLISTS, name=name))) is not None:
                raise StoreProblem(f"There is a watchlist «{name}» already: choose another name.")
            renamed = update(WATCHLISTS).where(_of(WATCHLISTS, name=old)).values(name=name)
            if not connection.execute(renamed).rowcount:
                raise StoreProblem(f"There is no watchlist «{old}» any more: reload the page.")

        self.database.write(change, by_hand=True)

    def order_watchlists(self, names: Sequence[str]) -> None:
        """Puts the lists named first, in this order; the others follow in theirs."""

        def change(connection: Connection) -> None:
            kept = list(connection.scalars(select(WATCHLISTS.c.name).order_by(WATCHLISTS.c.place)))
            for place, name in enumerate(dict.fromkeys([*(each for each in names if each in kept), *kept])):
                connection.execute(update(WATCHLISTS).where(_of(WATCHLISTS, name=name)).values(place=place))

        self.database.write(change, by_hand=True)

    def delete_watchlist(self, name: str) -> None:
        """Deletes it; after the last one, the shipped one is there again."""

        def change(connection: Connection) -> None:
            connection.execute(delete(WATCHLISTS).where(_of(WATCHLISTS, name=name)))
            if connection.scalar(select(func.count()).select_from(WATCHLISTS)) == 0:
                shipped, symbols = SHIPPED_WATCHLIST
                _append(connection, WATCHLISTS, name=shipped, symbols=json.dumps(symbols))

        self.database.write(change, by_hand=True)

    # One's own targets

    def own_targets(self, symbol: str | None = None) -> tuple[PriceTarget, ...]:
        """One's own rows, of one symbol or of all, in the order in which they were kept."""
        wanted = select(OWN_TARGETS.c.body).order_by(OWN_TARGETS.c.place)
        if symbol is not None:
            wanted = wanted.where(_of(OWN_TARGETS, symbol=symbol))
        return self.database.read(lambda connection: tuple(map(target_of, connection.scalars(wanted))))

    def add_own_targets(self, rows: Iterable[PriceTarget]) -> int:
        """Adds the rows that are not there yet, and returns how many these were."""
        kept = {key_of(row): row for row in rows}

        def change(connection: Connection) -> int:
            known = set(connection.scalars(select(OWN_TARGETS.c.key)))
            new = [key for key in kept if key not in known]
            first = _next_place(connection, OWN_TARGETS)
            added = [
                {"key": key, "symbol": kept[key].symbol, "body": body_of(kept[key]), "place": place}
                for place, key in enumerate(new, first)
            ]
            if added:
                connection.execute(insert(OWN_TARGETS), added)
            return len(new)

        return self.database.write(change, by_hand=True)

    def delete_own_targets(self, rows: Iterable[PriceTarget] | None = None) -> int:
        """Deletes these rows, or all; returns how many there were."""
        keys = None if rows is None else [*map(key_of, rows)]

        def change(connection: Connection) -> int:
            if keys is None:
                return connection.execute(delete(OWN_TARGETS)).rowcount
            if not keys:
                return 0
            these = delete(OWN_TARGETS).where(OWN_TARGETS.c.key == bindparam("gone"))
            return connection.execute(these, [{"gone": key} for key in keys]).rowcount

        return self.database.write(change, by_hand=True)


_stores: dict[str, Store] = {}
_opening = threading.Lock()


def get_store() -> Store:
    """The store of this process, opened at first use; another one once `LEVELS_STORE` names another."""
    address = _full_address(os.environ.get(ADDRESS))
    with _opening:
        if address not in _stores:
            _stores[address] = Store(address)
        return _stores[address]


def _full_address(address: str | None) -> str:
    """A path for every SQLite file, however it was named."""
    if not address:
        return str(platformdirs.user_data_path("levelboard", appauthor=False) / "levels.db")
    path = address.removeprefix("sqlite:///")
    return path if "://" in path else str(Path(path).expanduser())


def _of(table: Table, **values: str) -> Any:
    """The condition that each of these columns has its value."""
    conditions = [table.c[name] == value for name, value in values.items()]
    return conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]


def _append(connection: Connection, table: Table, **values: object) -> None:
    connection.execute(insert(table).values(place=_next_place(connection, table), **values))


def _next_place(connection: Connection, table: Table) -> int:
    last = connection.scalar(select(func.max(table.c.place)))
    return 0 if last is None else last + 1


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise StoreProblem("A watchlist needs a name: type one.")
    if len(name) > LONGEST_NAME:
        raise StoreProblem(f"The name of a watchlist has up to {LONGEST_NAME} characters: shorten it.")
    if any(unicodedata.category(each)[0] == "C" for each in name):
        raise StoreProblem("The name of a watchlist is plain text, and this one holds unseen marks: type it anew.")
    return name


def _listed(
    symbol: str, bodies: Mapping[str, str], first_seen: Mapping[str, str], seen_on: Date
) -> Iterator[dict[str, Any]]:
    """A row of `TARGETS` a body, in their order; what was never seen before was first seen on `seen_on`."""
    for place, (key, body) in enumerate(bodies.items()):
        seen = first_seen.get(key, seen_on.isoformat())
        yield {"symbol": symbol, "key": key, "first_seen": seen, "place": place, "body": body}


def _by_key(rows: Iterable[PriceTarget]) -> dict[str, str]:
    return {key_of(row): body_of(row) for row in rows}
