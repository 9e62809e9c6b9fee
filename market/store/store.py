"""The store: fetched bars and targets, watchlists and the user's own targets, kept between runs.

It is an SQLite file in the user's data folder, or a database that a team shares: `LEVELS_STORE` holds a file path or a
SQLAlchemy URL. If it cannot be used, the store continues in memory, and `Store.notice` says why.
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

from market.events.company_events import EarningsDates
from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget
from market.store.database import Database
from market.store.engines import ADDRESS_VARIABLE
from market.store.failures import StoreProblem
from market.store.measurements import read_measurement, write_measurement
from market.store.personal import visits
from market.store.rows import (
    earnings_from_row,
    earnings_to_row,
    history_from_row,
    history_to_row,
    target_from_json,
    target_key,
    target_to_json,
    to_utc_text,
)
from market.store.schema import DEFAULT_WATCHLIST, EARNINGS, HISTORIES, OWN_TARGETS, TARGET_LISTS, TARGETS, WATCHLISTS

MAX_NAME_LENGTH = 60

log = logging.getLogger("levelboard.store")

__all__ = ["Store", "StoreProblem", "TargetList", "Watchlist", "get_store"]


@dataclass(frozen=True)
class Watchlist:
    """A named list of symbols, in the user's order."""

    name: str
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class TargetList:
    """Yahoo's targets of one symbol as of one fetch; `consensus` holds the fields of Yahoo's own consensus."""

    rows: tuple[PriceTarget, ...]
    fetched_at: datetime
    consensus: Mapping[str, Any] | None


class Store:
    """Bars, targets, watchlists and the user's own targets at one address. Threads and processes may share it.

    `address`: a file path or a SQLAlchemy URL; None for the file in the user's data folder.
    """

    def __init__(self, address: str | None = None) -> None:
        self.database = Database(_resolve_address(address))

    @property
    def notice(self) -> str | None:
        """Why changes are kept in memory only, or what became of a damaged or deleted file; None if all is well."""
        return self.database.notice

    @property
    def is_on_a_server(self) -> bool:
        """Whether a database server holds it, which other computers can read too."""
        return self.database.is_on_a_server

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    # Bars

    def history(self, symbol: str, basis: PriceBasis = "split-adjusted") -> PriceHistory | None:
        """Return the bars last saved for `symbol` on this price basis, or None."""
        query = select(HISTORIES).where(_matches(HISTORIES, symbol=symbol, price_basis=basis))
        row = self.database.read_large(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        try:
            return history_from_row(row)
        except (ValueError, TypeError, KeyError) as error:  # damaged, or edited by hand: it will be fetched again
            log.warning("The stored bars of %s cannot be read: %r", symbol, error)
            return None

    def save_history(self, history: PriceHistory) -> None:
        """Replace the bars of this symbol and price basis as a whole."""
        row = history_to_row(history)
        replaced = _matches(HISTORIES, symbol=history.symbol, price_basis=history.price_basis)

        def change(connection: Connection) -> None:
            connection.execute(delete(HISTORIES).where(replaced))
            connection.execute(insert(HISTORIES).values(row))

        self.database.write(change)

    # What was measured on the bars

    def measurement(self, symbol: str, key: str) -> str | None:
        """Return what was saved for `symbol` under this key, or None."""
        return self.database.read_large(lambda connection: read_measurement(connection, symbol, key))

    def save_measurement(self, symbol: str, key: str, body: str) -> None:
        """Save the text of a measurement; only the newest few of a symbol are kept."""
        self.database.write(lambda connection: write_measurement(connection, symbol, key, body))

    # Earnings

    def earnings(self, symbol: str) -> EarningsDates | None:
        """Return the earnings last saved for `symbol`, or None."""
        query = select(EARNINGS).where(_matches(EARNINGS, symbol=symbol))
        row = self.database.read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        try:
            return earnings_from_row(row)
        except (ValueError, TypeError, KeyError) as error:  # damaged, or edited by hand: they will be fetched again
            log.warning("The stored earnings of %s cannot be read: %r", symbol, error)
            return None

    def save_earnings(self, symbol: str, earnings: EarningsDates) -> None:
        """Replace the earnings of `symbol`."""
        row, replaced = earnings_to_row(symbol, earnings), _matches(EARNINGS, symbol=symbol)

        def change(connection: Connection) -> None:
            connection.execute(delete(EARNINGS).where(replaced))
            connection.execute(insert(EARNINGS).values(row))

        self.database.write(change)

    # Yahoo's targets

    def targets(self, symbol: str) -> tuple[PriceTarget, ...]:
        """Return the targets last saved for `symbol`, in their order."""
        target_list = self.target_list(symbol)
        return target_list.rows if target_list else ()

    def target_list(self, symbol: str) -> TargetList | None:
        """Return the targets last saved for `symbol` and when they were fetched, or None if none ever were."""
        lists = select(TARGET_LISTS).where(_matches(TARGET_LISTS, symbol=symbol))
        listed = select(TARGETS.c.body).where(_matches(TARGETS, symbol=symbol), TARGETS.c.place.is_not(None))

        def query(connection: Connection) -> TargetList | None:
            row = connection.execute(lists).one_or_none()
            if row is None:
                return None
            targets = tuple(map(target_from_json, connection.scalars(listed.order_by(TARGETS.c.place))))
            consensus = None if row.consensus is None else json.loads(row.consensus)
            return TargetList(targets, datetime.fromisoformat(row.fetched_at), consensus)

        return self.database.read_large(query)

    def save_targets(
        self,
        symbol: str,
        rows: Iterable[PriceTarget],
        seen_on: Date,
        fetched_at: datetime | None = None,
        consensus: Mapping[str, Any] | None = None,
    ) -> None:
        """Replace the list of targets of `symbol`; each target keeps the day on which it was first seen.

        `fetched_at`: now if None. Targets that are no longer listed are kept for `first_seen`.
        """
        bodies = {target_key(row): target_to_json(row) for row in rows}
        list_row = {
            "symbol": symbol,
            "fetched_at": to_utc_text(fetched_at or datetime.now(UTC)),
            "consensus": None if consensus is None else json.dumps(dict(consensus)),
        }

        def change(connection: Connection) -> None:
            stored_rows = connection.execute(select(TARGETS).where(_matches(TARGETS, symbol=symbol)))
            stored = {row.key: row for row in stored_rows}
            first_seen = {key: row.first_seen for key, row in stored.items()}
            unlisted = [dict(row._mapping) | {"place": None} for key, row in stored.items() if key not in bodies]
            target_rows = [*_listed_target_rows(symbol, bodies, first_seen, seen_on), *unlisted]
            connection.execute(delete(TARGETS).where(_matches(TARGETS, symbol=symbol)))
            if target_rows:
                connection.execute(insert(TARGETS), target_rows)
            connection.execute(delete(TARGET_LISTS).where(_matches(TARGET_LISTS, symbol=symbol)))
            connection.execute(insert(TARGET_LISTS).values(list_row))

        self.database.write(change)

    def first_seen(self, symbol: str) -> dict[PriceTarget, Date]:
        """Return the day on which each target was first seen, including those that Yahoo no longer lists."""
        query = select(TARGETS.c.body, TARGETS.c.first_seen).where(_matches(TARGETS, symbol=symbol))
        rows = self.database.read_large(lambda connection: connection.execute(query).all() or None)
        return {target_from_json(row.body): Date.fromisoformat(row.first_seen) for row in rows or ()}

    # Watchlists

    def watchlists(self) -> tuple[Watchlist, ...]:
        """Return all watchlists in their order; there is always at least one."""
        query = select(WATCHLISTS).order_by(WATCHLISTS.c.place)
        rows = self.database.read(lambda connection: connection.execute(query).all())
        watchlists = tuple(Watchlist(row.name, tuple(json.loads(row.symbols))) for row in rows)
        return watchlists or (Watchlist(*DEFAULT_WATCHLIST),)

    def save_watchlist(self, watchlist: Watchlist) -> None:
        """Add the watchlist at the end, or replace the one of that name. Raises `StoreProblem` for an invalid name."""
        name = _clean_name(watchlist.name)
        symbols = json.dumps(list(dict.fromkeys(watchlist.symbols)))

        def change(connection: Connection) -> None:
            replacement = update(WATCHLISTS).where(_matches(WATCHLISTS, name=name)).values(symbols=symbols)
            if not connection.execute(replacement).rowcount:
                _append(connection, WATCHLISTS, name=name, symbols=symbols)

        self.database.write_user_change(change)

    def rename_watchlist(self, old: str, new: str) -> None:
        """Rename a watchlist. Raises `StoreProblem` if `old` is missing, if `new` exists, or if `new` is invalid."""
        name = _clean_name(new)
        if name == old:
            return

        def change(connection: Connection) -> None:
            if connection.scalar(select(WATCHLISTS.c.name).where(_matches(WATCHLISTS, name=name))) is not None:
                raise StoreProblem(f'There is already a watchlist named "{name}". Choose another name.')
            renaming = update(WATCHLISTS).where(_matches(WATCHLISTS, name=old)).values(name=name)
            if not connection.execute(renaming).rowcount:
                raise StoreProblem(f'There is no longer a watchlist named "{old}". Reload the page.')

        self.database.write_user_change(change)

    def order_watchlists(self, names: Sequence[str]) -> None:
        """Move the named watchlists to the front, in this order; the others follow in their current order."""

        def change(connection: Connection) -> None:
            stored = list(connection.scalars(select(WATCHLISTS.c.name).order_by(WATCHLISTS.c.place)))
            ordered = dict.fromkeys([*(name for name in names if name in stored), *stored])
            for place, name in enumerate(ordered):
                connection.execute(update(WATCHLISTS).where(_matches(WATCHLISTS, name=name)).values(place=place))

        self.database.write_user_change(change)

    def delete_watchlist(self, name: str) -> None:
        """Delete a watchlist. When the last one is deleted, the default watchlist takes its place."""

        def change(connection: Connection) -> None:
            connection.execute(delete(WATCHLISTS).where(_matches(WATCHLISTS, name=name)))
            if connection.scalar(select(func.count()).select_from(WATCHLISTS)) == 0:
                default_name, symbols = DEFAULT_WATCHLIST
                _append(connection, WATCHLISTS, name=default_name, symbols=json.dumps(symbols))

        self.database.write_user_change(change)

    # The user's own targets

    def own_targets(self, symbol: str | None = None) -> tuple[PriceTarget, ...]:
        """Return the user's own targets, of one symbol or of all, in the order in which they were added."""
        query = select(OWN_TARGETS.c.body).order_by(OWN_TARGETS.c.place)
        if symbol is not None:
            query = query.where(_matches(OWN_TARGETS, symbol=symbol))
        return self.database.read(lambda connection: tuple(map(target_from_json, connection.scalars(query))))

    def add_own_targets(self, rows: Iterable[PriceTarget]) -> int:
        """Add the targets that are not stored yet, and return how many that were."""
        targets = {target_key(row): row for row in rows}

        def change(connection: Connection) -> int:
            stored = set(connection.scalars(select(OWN_TARGETS.c.key)))
            new = {key: target for key, target in targets.items() if key not in stored}
            first_place = _next_place(connection, OWN_TARGETS)
            new_rows = [
                {"key": key, "symbol": target.symbol, "body": target_to_json(target), "place": place}
                for place, (key, target) in enumerate(new.items(), first_place)
            ]
            if new_rows:
                connection.execute(insert(OWN_TARGETS), new_rows)
            return len(new_rows)

        return self.database.write_user_change(change)

    def delete_own_targets(self, rows: Iterable[PriceTarget] | None = None) -> int:
        """Delete these targets, or all of the user's own if None, and return how many were deleted."""
        keys = None if rows is None else [*map(target_key, rows)]

        def change(connection: Connection) -> int:
            if keys is None:
                return connection.execute(delete(OWN_TARGETS)).rowcount
            if not keys:
                return 0
            deletion = delete(OWN_TARGETS).where(OWN_TARGETS.c.key == bindparam("deleted_key"))
            return connection.execute(deletion, [{"deleted_key": key} for key in keys]).rowcount

        return self.database.write_user_change(change)

    # Visits

    def note_visit(self, person: str = "") -> None:
        """Note that `person` is here now; where nobody signs in, all are the one common visitor ""."""
        self.database.write(lambda connection: visits.note_visit(connection, person))

    def last_visit(self, person: str = "") -> datetime | None:
        """Return when the visit of `person` before the current one ended, in UTC; None if there was none.

        A visit ends with half an hour without a `note_visit`, so the answer stays the same during a visit.
        """
        return self.database.read(lambda connection: visits.read_last_visit(connection, person))


_stores: dict[str, Store] = {}
_stores_lock = threading.Lock()


def get_store() -> Store:
    """Return this process's store at the address in `LEVELS_STORE`, opened at first use."""
    address = _resolve_address(os.environ.get(ADDRESS_VARIABLE))
    with _stores_lock:
        if address not in _stores:
            _stores[address] = Store(address)
        return _stores[address]


def _resolve_address(address: str | None) -> str:
    """Return a plain path for every SQLite file, however it was given, and any other address unchanged."""
    if not address:
        return str(platformdirs.user_data_path("levelboard", appauthor=False) / "levels.db")
    path = address.removeprefix("sqlite:///")
    return path if "://" in path else str(Path(path).expanduser())


def _matches(table: Table, **values: str) -> Any:
    """Return the SQL condition that each of these columns has this value."""
    conditions = [table.c[name] == value for name, value in values.items()]
    return conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]


def _append(connection: Connection, table: Table, **values: object) -> None:
    connection.execute(insert(table).values(place=_next_place(connection, table), **values))


def _next_place(connection: Connection, table: Table) -> int:
    last_place = connection.scalar(select(func.max(table.c.place)))
    return 0 if last_place is None else last_place + 1


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


def _listed_target_rows(
    symbol: str, bodies: Mapping[str, str], first_seen: Mapping[str, str], seen_on: Date
) -> Iterator[dict[str, Any]]:
    """Yield a row of `TARGETS` for each target, by key and in order; a new one was first seen on `seen_on`."""
    for place, (key, body) in enumerate(bodies.items()):
        seen = first_seen.get(key, seen_on.isoformat())
        yield {"symbol": symbol, "key": key, "first_seen": seen, "place": place, "body": body}
