"""What is kept between two runs: bars and targets that were fetched, watchlists, one's own targets.

SQLite in the user's data folder, or any database that SQLAlchemy knows: `LEVELS_STORE` names a path or an address.
Where neither can be used the store works in memory, and `Store.notice` says why.
"""

from __future__ import annotations

import json
import os
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from datetime import date as Date
from hashlib import blake2s
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, func, insert, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from market.frame_bytes import packed, unpacked
from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget
from market.tables import (
    HISTORIES,
    OWN_TARGETS,
    SHIPPED_WATCHLIST,
    TARGETS,
    WATCHLISTS,
    NewerStore,
    bring_up_to_date,
)

ADDRESS = "LEVELS_STORE"
BUSY_SECONDS = 15  # how long a writer waits for another's transaction, which takes milliseconds
ONE_WRITER = 0x1E7E15  # the number of our advisory lock in PostgreSQL
LONGEST_NAME = 60


class StoreProblem(Exception):
    """What was asked of the store cannot be done; the text is a sentence for the user."""


@dataclass(frozen=True)
class Watchlist:
    """A named list of symbols, in the user's order."""

    name: str
    symbols: tuple[str, ...]


class Store:
    """Bars, targets, watchlists and own targets under one address. Threads and processes may share it.

    `address`: a path or an address of SQLAlchemy; None is the file in the user's data folder.
    `notice`: why things are kept in memory only, a sentence; None where they are kept for good.
    """

    def __init__(self, address: str | None = None) -> None:
        self.notice: str | None = None
        self._turn: Any = nullcontext()
        try:
            self._engine = _engine(_url(address))
            self._prepare()
        except (SQLAlchemyError, OSError, ImportError, NewerStore) as error:
            self.notice = f"Nothing is kept for the next time, because the store cannot be used ({error})."
            self._turn = threading.RLock()  # the one connection of a store in memory
            self._engine = _memory()
            self._prepare()

    def _prepare(self) -> None:
        with self._writing() as connection:
            bring_up_to_date(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._turn, self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction, the only one that writes at its time; it is on the disk when the block is left."""
        with self._turn, self._engine.connect().execution_options(writing=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    # Bars

    def history(self, symbol: str, basis: PriceBasis = "split-adjusted") -> PriceHistory | None:
        """The bars last kept for `symbol` in this price basis, or None."""
        wanted = (HISTORIES.c.symbol == symbol) & (HISTORIES.c.price_basis == basis)
        with self._reading() as connection:
            row = connection.execute(select(HISTORIES).where(wanted)).one_or_none()
        if row is None:
            return None
        splits = unpacked(row.splits)["splits"]
        about = json.loads(row.about)
        return PriceHistory(
            symbol=symbol,
            bars=unpacked(row.bars),
            splits=splits.rename(about.pop("splits_name")),
            price_basis=basis,
            fetched_at=None if row.fetched_at is None else datetime.fromisoformat(row.fetched_at),
            notes=tuple(about.pop("notes")),
            **about,
        )

    def keep_history(self, history: PriceHistory) -> None:
        """Replaces the bars of this symbol and price basis, all at once."""
        apart = ("symbol", "bars", "splits", "price_basis", "fetched_at")
        about = {each.name: getattr(history, each.name) for each in fields(history) if each.name not in apart}
        fetched = history.fetched_at
        row = {
            "symbol": history.symbol,
            "price_basis": history.price_basis,
            "fetched_at": fetched and (fetched.astimezone(UTC) if fetched.tzinfo else fetched).isoformat(),
            "about": json.dumps(about | {"splits_name": history.splits.name}),
            "bars": packed(history.bars),
            "splits": packed(history.splits.to_frame("splits")),
        }
        kept = (HISTORIES.c.symbol == history.symbol) & (HISTORIES.c.price_basis == history.price_basis)
        with self._writing() as connection:
            connection.execute(delete(HISTORIES).where(kept))
            connection.execute(insert(HISTORIES).values(row))

    # Yahoo's targets

    def targets(self, symbol: str) -> tuple[PriceTarget, ...]:
        """The rows last kept for `symbol`, in their order."""
        listed = (TARGETS.c.symbol == symbol) & TARGETS.c.place.is_not(None)
        with self._reading() as connection:
            bodies = connection.scalars(select(TARGETS.c.body).where(listed).order_by(TARGETS.c.place))
            return tuple(map(_target, bodies))

    def keep_targets(self, symbol: str, rows: Iterable[PriceTarget], seen_on: Date) -> None:
        """Replaces the rows listed for `symbol`; each keeps the day on which it was first seen."""
        bodies = _by_key(rows)
        with self._writing() as connection:
            connection.execute(update(TARGETS).where(TARGETS.c.symbol == symbol).values(place=None))
            known = set(connection.scalars(select(TARGETS.c.key).where(TARGETS.c.symbol == symbol)))
            for place, (key, body) in enumerate(bodies.items()):
                if key in known:
                    this = (TARGETS.c.symbol == symbol) & (TARGETS.c.key == key)
                    connection.execute(update(TARGETS).where(this).values(place=place))
                else:
                    row = {"symbol": symbol, "key": key, "first_seen": seen_on.isoformat(), "place": place}
                    connection.execute(insert(TARGETS).values(row | {"body": body}))

    def first_seen(self, symbol: str) -> dict[PriceTarget, Date]:
        """The day on which each row was first seen, those that Yahoo no longer lists included."""
        with self._reading() as connection:
            rows = connection.execute(
                select(TARGETS.c.body, TARGETS.c.first_seen).where(TARGETS.c.symbol == symbol)
            ).all()
        return {_target(row.body): Date.fromisoformat(row.first_seen) for row in rows}

    # Watchlists

    def watchlists(self) -> tuple[Watchlist, ...]:
        """All watchlists in their order; there is always one."""
        with self._reading() as connection:
            rows = connection.execute(select(WATCHLISTS).order_by(WATCHLISTS.c.place)).all()
        kept = tuple(Watchlist(row.name, tuple(json.loads(row.symbols))) for row in rows)
        return kept or (Watchlist(*SHIPPED_WATCHLIST),)

    def keep_watchlist(self, watchlist: Watchlist) -> None:
        """Adds it at the end, or replaces the one of that name. Raises `StoreProblem` for a name that cannot be."""
        name = _name(watchlist.name)
        symbols = json.dumps(list(dict.fromkeys(watchlist.symbols)))
        with self._writing() as connection:
            changed = connection.execute(
                update(WATCHLISTS).where(WATCHLISTS.c.name == name).values(symbols=symbols)
            ).rowcount
            if not changed:
                _append(connection, WATCHLISTS, name=name, symbols=symbols)

    def rename_watchlist(self, old: str, new: str) -> None:
        """Raises `StoreProblem` where there is no `old`, where there is a `new`, or where that cannot be a name."""
        name = _name(new)
        if name == old:
            return
        with self._writing() as connection:
            if connection.scalar(select(WATCHLISTS.c.name).where(WATCHLISTS.c.name == name)) is not None:
                raise StoreProblem(f"There is a watchlist «{name}» already: choose another name.")
            changed = connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.name == old).values(name=name)).rowcount
            if not changed:
                raise StoreProblem(f"There is no watchlist «{old}» any more: reload the page.")

    def order_watchlists(self, names: Sequence[str]) -> None:
        """Puts the lists named first, in this order; the others follow in theirs."""
        with self._writing() as connection:
            kept = list(connection.scalars(select(WATCHLISTS.c.name).order_by(WATCHLISTS.c.place)))
            wanted = [each for each in dict.fromkeys(names) if each in kept]
            for place, name in enumerate([*wanted, *(each for each in kept if each not in wanted)]):
                connection.execute(update(WATCHLISTS).where(WATCHLISTS.c.name == name).values(place=place))

    def delete_watchlist(self, name: str) -> None:
        """Deletes it; after the last one, the shipped one is there again."""
        with self._writing() as connection:
            connection.execute(delete(WATCHLISTS).where(WATCHLISTS.c.name == name))
            if connection.scalar(select(func.count()).select_from(WATCHLISTS)) == 0:
                shipped, symbols = SHIPPED_WATCHLIST
                _append(connection, WATCHLISTS, name=shipped, symbols=json.dumps(symbols))

    # One's own targets

    def own_targets(self, symbol: str | None = None) -> tuple[PriceTarget, ...]:
        """One's own rows, of one symbol or of all, in the order in which they were kept."""
        wanted = select(OWN_TARGETS.c.body).order_by(OWN_TARGETS.c.place)
        if symbol is not None:
            wanted = wanted.where(OWN_TARGETS.c.symbol == symbol)
        with self._reading() as connection:
            return tuple(map(_target, connection.scalars(wanted)))

    def keep_own_targets(self, rows: Iterable[PriceTarget]) -> int:
        """Adds the rows that are not there yet, and returns how many these were."""
        rows = tuple(rows)
        symbols = dict(zip(map(_key, rows), (row.symbol for row in rows), strict=True))
        bodies = _by_key(rows)
        with self._writing() as connection:
            known = set(connection.scalars(select(OWN_TARGETS.c.key)))
            new = [key for key in bodies if key not in known]
            for key in new:
                _append(connection, OWN_TARGETS, key=key, symbol=symbols[key], body=bodies[key])
        return len(new)

    def forget_own_targets(self, rows: Iterable[PriceTarget] | None = None) -> int:
        """Deletes these rows, or all; returns how many there were."""
        with self._writing() as connection:
            if rows is None:
                return connection.execute(delete(OWN_TARGETS)).rowcount
            gone = [connection.execute(delete(OWN_TARGETS).where(OWN_TARGETS.c.key == _key(row))) for row in rows]
            return sum(each.rowcount for each in gone)


_stores: dict[str, Store] = {}
_opening = threading.Lock()


def opened() -> Store:
    """The store of this process, opened at first use; another one once `LEVELS_STORE` names another."""
    address = os.environ.get(ADDRESS) or str(_default_path())
    with _opening:
        if address not in _stores:
            _stores[address] = Store(address)
        return _stores[address]


def _default_path() -> Path:
    return platformdirs.user_data_path("levelboard", appauthor=False) / "levels.db"


def _url(address: str | None) -> URL:
    if address and "://" in address:
        return make_url(address)
    path = Path(address).expanduser() if address else _default_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    return URL.create("sqlite", database=str(path))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    return _as_sqlite(create_engine(url, connect_args={"timeout": BUSY_SECONDS}))


def _memory() -> Engine:
    return _as_sqlite(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))


def _as_sqlite(engine: Engine) -> Engine:
    """Write-ahead log, so that readers never wait; a commit is on the disk before it returns.

    The driver's own transactions begin at the first write and may fail half way through; ours begin at the beginning.
    """

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _append(connection: Connection, table: Table, **values: object) -> None:
    last = connection.scalar(select(func.max(table.c.place)))
    connection.execute(insert(table).values(place=0 if last is None else last + 1, **values))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise StoreProblem("A watchlist needs a name: type one.")
    if len(name) > LONGEST_NAME or any(unicodedata.category(each)[0] == "C" for each in name):
        raise StoreProblem(f"The name of a watchlist is plain text of up to {LONGEST_NAME} characters: shorten it.")
    return name


def _body(row: PriceTarget) -> str:
    """The row as JSON in ASCII, without what is None, so that one more field leaves older rows the same."""
    filled = {name: value for name, value in asdict(row).items() if value is not None}
    filled["date"] = row.date.isoformat()
    figures = {name: float(filled[name]) for name in ("target", "prior_target") if name in filled}
    return json.dumps(filled | figures, sort_keys=True)


def _target(body: str) -> PriceTarget:
    filled = json.loads(body)
    return PriceTarget(**filled | {"date": Date.fromisoformat(filled["date"])})


def _key(row: PriceTarget) -> str:
    return blake2s(_body(row).encode(), digest_size=16).hexdigest()


def _by_key(rows: Iterable[PriceTarget]) -> dict[str, str]:
    return {_key(row): _body(row) for row in rows}
