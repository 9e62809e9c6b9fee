"""The store: fetched bars and targets, watchlists and the user's own targets, kept between runs.

It is an SQLite file in the user's data folder, or a database that a team shares: `LEVELS_STORE` holds a file path or a
SQLAlchemy URL. If it cannot be used, the store continues in memory, and `Store.notice` says why.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import Connection, Row, Table, delete, insert, select

from market.events.company_events import EarningsDates
from market.price_history import PriceBasis, PriceHistory
from market.price_target import NO_LOG, PriceTarget, TargetLog
from market.store.database import Database
from market.store.engines import ADDRESS_VARIABLE
from market.store.failures import StoreAway, StoreProblem
from market.store.measurements import read_measurement, write_measurement
from market.store.personal import own_targets, visits, watchlists
from market.store.personal.edits import Edit, new_token, read_edits
from market.store.personal.entered import Entered, read_entered
from market.store.personal.sharing import EVERYONE, Sharing, sharing_at_first
from market.store.personal.watchlists import EditConflict, Watchlist, new_watchlist
from market.store.rows import (
    earnings_from_row,
    earnings_to_row,
    history_from_row,
    history_to_row,
    logged_target,
    target_from_json,
    target_key,
    target_to_json,
    to_utc_text,
)
from market.store.schema import EARNINGS, HISTORIES, TARGET_LISTS, TARGETS

log = logging.getLogger("levelboard.store")

__all__ = ["EditConflict", "Store", "StoreAway", "StoreProblem", "TargetList", "Watchlist", "get_store"]


@dataclass(frozen=True)
class TargetList:
    """Yahoo's targets of one symbol as of one fetch; `consensus` holds the fields of Yahoo's own consensus.

    `log`: these rows and all that were listed before, with the days on which they came and went.
    """

    rows: tuple[PriceTarget, ...]
    fetched_at: datetime
    consensus: Mapping[str, Any] | None
    log: TargetLog = NO_LOG


class Store:
    """Bars, targets, watchlists and the user's own targets at one address. Threads and processes may share it.

    `address`: a file path or a SQLAlchemy URL; None for the file in the user's data folder.
    """

    def __init__(self, address: str | None = None) -> None:
        self.database = Database(_resolve_address(address))
        self._entered: Entered | None = None

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
        logged = select(TARGETS).where(_matches(TARGETS, symbol=symbol)).order_by(TARGETS.c.place, TARGETS.c.key)

        def query(connection: Connection) -> TargetList | None:
            row = connection.execute(lists).one_or_none()
            if row is None:
                return None
            entries = [(target.place, logged_target(target)) for target in connection.execute(logged)]
            listed = tuple(entry.row for place, entry in entries if place is not None)
            consensus = None if row.consensus is None else json.loads(row.consensus)
            log = TargetLog(tuple(entry for _, entry in entries))
            return TargetList(listed, datetime.fromisoformat(row.fetched_at), consensus, log)

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

        `fetched_at`: now if None. Targets that are no longer listed are kept, with the day on which they were missing
        first, and new ones with the day of the fetch before, which did not have them.
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
            before = connection.execute(select(TARGET_LISTS.c.fetched_at).where(_matches(TARGET_LISTS, symbol=symbol)))
            new = {"first_seen": seen_on.isoformat(), "absent_on": (before.scalar_one_or_none() or "")[:10] or None}
            unlisted = [
                dict(row._mapping) | {"place": None, "gone_on": row.gone_on or seen_on.isoformat()}
                for key, row in stored.items()
                if key not in bodies
            ]
            target_rows = [*_listed_target_rows(symbol, bodies, stored, new), *unlisted]
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

    # What people entered

    def watchlists(self, person: str = EVERYONE) -> tuple[Watchlist, ...]:
        """Return the watchlists that the person may see, in their order, the default one where there are none.

        While a server is away they are those last read; empty only if none was ever read.
        """
        entered = self._read_entered()
        return () if entered is None else entered.watchlists(person)

    def create_watchlist(self, name: str, symbols: Iterable[str], person: str = EVERYONE) -> Watchlist:
        """Add a list at the end. Raises `StoreProblem` if the name is invalid, or taken by another list of theirs."""
        new = new_watchlist(name, tuple(symbols))
        return self.database.write_user_change(
            lambda connection: watchlists.create(connection, new, person),
            otherwise=lambda connection: watchlists.keep_copy(connection, new, person),
        )

    def edit_watchlist(self, base: Watchlist, name: str, symbols: Iterable[str], person: str = EVERYONE) -> Watchlist:
        """Change the list that was read as `base`, merge that with what others changed since, and return the result.

        Raises `EditConflict` where the two cannot be merged, and `StoreProblem` if the name is invalid or taken.
        """
        if not base.id:  # the default list, shown to who has none
            return self.create_watchlist(name, symbols, person)
        edited = new_watchlist(name, tuple(symbols), base.id)
        return self.database.write_user_change(
            lambda connection: watchlists.edit(connection, base, edited, person),
            otherwise=lambda connection: watchlists.keep_copy(connection, edited, person),
        )

    def save_watchlist(self, watchlist: Watchlist, person: str = EVERYONE) -> Watchlist:
        """Add the list, or replace the person's own of that name, whatever it holds: for programs, not for editors."""
        new = new_watchlist(watchlist.name, watchlist.symbols)
        return self.database.write_user_change(lambda connection: watchlists.replace_or_create(connection, new, person))

    def delete_watchlist(self, base: Watchlist, person: str = EVERYONE) -> None:
        """Delete the list that was read as `base`. Raises `EditConflict` if somebody has changed it since."""
        token = new_token()
        self.database.write_user_change(lambda connection: watchlists.delete(connection, base, person, token))

    def order_watchlists(self, first: Watchlist, second: Watchlist, person: str = EVERYONE) -> None:
        """Put `first` directly before `second`, unless it is somewhere before it already."""
        self.database.write_user_change(lambda connection: watchlists.order(connection, first, second, person))

    def share_watchlist(self, watchlist: Watchlist, sharing: Sharing, person: str) -> None:
        """Share a list of the person's own with everyone to read or to edit, or no longer."""
        self.database.write_user_change(lambda connection: watchlists.share(connection, watchlist, sharing, person))

    def own_targets(self, symbol: str | None = None, person: str = EVERYONE) -> tuple[PriceTarget, ...]:
        """Return the targets that people entered and this person may see, of one symbol or of all, oldest first."""
        entered = self._read_entered()
        return () if entered is None else entered.own_targets(symbol, person)

    def count_own_targets(self, person: str = EVERYONE) -> int:
        """Return how many of these targets there are."""
        entered = self._read_entered()
        return 0 if entered is None else entered.count_own_targets(person)

    def has_private_targets(self, person: str) -> bool:
        """Return whether the person has targets that nobody else sees: all others see the same charts."""
        entered = self._read_entered()
        return entered is not None and entered.has_private_targets(person)

    def add_own_targets(self, rows: Iterable[PriceTarget], person: str = EVERYONE) -> int:
        """Add the targets that are not stored yet, and return how many that were."""
        added = tuple(rows)
        return self.database.write_user_change(lambda connection: own_targets.add(connection, added, person))

    def delete_own_targets(self, rows: Iterable[PriceTarget] | None = None, person: str = EVERYONE) -> int:
        """Delete these targets, or all if None, as far as the person may; return how many were deleted."""
        deleted, token = None if rows is None else tuple(rows), new_token()
        return self.database.write_user_change(
            lambda connection: own_targets.delete_live(connection, deleted, person, token)
        )

    def sharing_of_own_targets(self, person: str) -> Sharing:
        """Return how the person shares their own targets with everyone."""
        entered = self._read_entered()
        return sharing_at_first(person) if entered is None else entered.sharing_of_targets(person)

    def share_own_targets(self, sharing: Sharing, person: str) -> None:
        """Share all targets of the person with everyone to read or to edit, or no longer."""
        self.database.write_user_change(lambda connection: own_targets.share(connection, sharing, person))

    def edits(self, person: str = EVERYONE) -> tuple[Edit, ...]:
        """Return the latest changes of what the person may see, newest first. Raises `StoreAway`."""
        return self.database.read_user_data(lambda connection: read_edits(connection, person))

    def restore(self, token: str, person: str = EVERYONE) -> int:
        """Bring back the lists or targets that the edit with this token deleted, and return how many."""

        def change(connection: Connection) -> int:
            return watchlists.restore(connection, token, person) + own_targets.restore(connection, token, person)

        return self.database.write_user_change(change)

    def _read_entered(self) -> Entered | None:
        """Return what people entered: while a server is away as last read, None if it never was."""
        known = self._entered
        try:
            self._entered = self.database.read_user_data(lambda connection: read_entered(connection, known))
        except StoreAway:
            return known
        return self._entered

    # Visits

    def note_visit(self, person: str = EVERYONE) -> None:
        """Note that `person` is here now; where nobody signs in, all are the one common visitor ""."""
        self.database.write(lambda connection: visits.note_visit(connection, person))

    def last_visit(self, person: str = EVERYONE) -> datetime | None:
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


def _listed_target_rows(
    symbol: str, bodies: Mapping[str, str], stored: Mapping[str, Row[Any]], new: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    """Yield a row of `TARGETS` for each target, by key and in order; what is not stored came as in `new`."""
    for place, (key, body) in enumerate(bodies.items()):
        known = stored.get(key)
        seen = new if known is None else {"first_seen": known.first_seen, "absent_on": known.absent_on}
        yield {"symbol": symbol, "key": key, "place": place, "body": body, "gone_on": None} | dict(seen)
