"""The tables of the store, and the steps that bring an older store to them.

A change of the tables is made here and is one more step at the end of `STEPS`, in plain SQL that SQLite and PostgreSQL
share. A step is never edited afterwards: stores that took it exist.
"""

from __future__ import annotations

import json
from itertools import chain

from sqlalchemy import Column, Connection, Float, Integer, LargeBinary, MetaData, String, Table, Text, inspect, select

TABLES = MetaData()  # all named levels_…, for a team may have other tables in the same database

# One row; version 1 is what the first step starts from
SCHEMA = Table("levels_schema", TABLES, Column("version", Integer, primary_key=True))

# A whole history a row: a ticker is read in a millisecond, and is never half written
HISTORIES = Table(
    "levels_histories",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("price_basis", String(32), primary_key=True),
    Column("fetched_at", String(40)),  # ISO, UTC
    Column("about", Text, nullable=False),  # the fields of a PriceHistory that are neither bars nor splits, as JSON
    Column("bars", LargeBinary, nullable=False),  # see frame_bytes
    Column("splits", LargeBinary, nullable=False),
)

# Each row that Yahoo ever listed, with the day on which it was first seen; `place` is None where it is listed no more
TARGETS = Table(
    "levels_targets",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("first_seen", String(10), nullable=False),
    Column("place", Integer),
    Column("body", Text, nullable=False),  # a PriceTarget as JSON
)

WATCHLISTS = Table(
    "levels_watchlists",
    TABLES,
    Column("name", String(80), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("symbols", Text, nullable=False),  # as JSON
)

OWN_TARGETS = Table(
    "levels_own_targets",
    TABLES,
    Column("key", String(32), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("symbol", String(32), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

# When the targets of a symbol were last fetched, and the consensus that came with them, as JSON
TARGET_LISTS = Table(
    "levels_target_lists",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("fetched_at", String(40), nullable=False),
    Column("consensus", Text),
)

# Who is asking for what, until when at the latest by the database's own clock, in seconds since 1970
LEASES = Table(
    "levels_turns",
    TABLES,
    Column("key", String(80), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", Float(53), nullable=False),
)

# What is not asked again before when, and how often in a row it failed
BACKOFFS = Table(
    "levels_pauses",
    TABLES,
    Column("key", String(80), primary_key=True),
    Column("until", Float(53), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("cause", Text, nullable=False),  # as in a sentence
)

# Nobody but the user has these
ENTERED_BY_HAND = (WATCHLISTS, OWN_TARGETS)

SHIPPED_WATCHLIST = ("Miners", ("CIFR", "CLSK", "IREN", "MARA", "RIOT"))


FROM_1_TO_2 = (
    """CREATE TABLE levels_target_lists
       (symbol VARCHAR(32) PRIMARY KEY, fetched_at VARCHAR(40) NOT NULL, consensus TEXT)""",
    """INSERT INTO levels_target_lists (symbol, fetched_at)
       SELECT symbol, max(first_seen) || 'T00:00:00+00:00' FROM levels_targets GROUP BY symbol""",
    """CREATE TABLE levels_turns
       (key VARCHAR(80) PRIMARY KEY, owner VARCHAR(80) NOT NULL, until DOUBLE PRECISION NOT NULL)""",
    """CREATE TABLE levels_pauses
       (key VARCHAR(80) PRIMARY KEY, until DOUBLE PRECISION NOT NULL, failures INTEGER NOT NULL,
        cause TEXT NOT NULL)""",
)
STEPS = (FROM_1_TO_2,)
CURRENT_VERSION = 1 + len(STEPS)


class NewerStore(Exception):
    """The store is of a version that this Levelboard does not know."""


def is_up_to_date(connection: Connection) -> bool:
    """Whether the store has these tables. Raises `NewerStore`."""
    return _version(connection) == CURRENT_VERSION


def migrate(connection: Connection) -> None:
    """Makes the tables or takes the steps that are missing, in the transaction that is open. Raises `NewerStore`."""
    version = _version(connection)
    if version is None:
        TABLES.create_all(connection)
        name, symbols = SHIPPED_WATCHLIST
        connection.execute(WATCHLISTS.insert().values(name=name, place=0, symbols=json.dumps(symbols)))
    else:
        for statement in chain.from_iterable(STEPS[version - 1 :]):
            connection.exec_driver_sql(statement)
    connection.execute(SCHEMA.delete())
    connection.execute(SCHEMA.insert().values(version=CURRENT_VERSION))


def _version(connection: Connection) -> int | None:
    """None where there is no store yet. Raises `NewerStore`."""
    if not inspect(connection).has_table(SCHEMA.name):
        return None
    version = connection.execute(select(SCHEMA.c.version)).scalar_one()
    if version > CURRENT_VERSION:
        raise NewerStore(f"its version is {version}, and {CURRENT_VERSION} is the newest known")
    return version
