"""The tables of the store, and the steps that bring an older store to them.

A change of the tables is one more step at the end of `STEPS`, in plain SQL through SQLAlchemy; a step that was
released is never edited, for stores that took it exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import Column, Connection, Float, Integer, LargeBinary, MetaData, String, Table, Text, inspect, select

TABLES = MetaData()  # all named levels_…, for a team may have other tables in the same database

# One row: how many of the steps this store has taken
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
TURNS = Table(
    "levels_turns",
    TABLES,
    Column("key", String(80), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", Float(53), nullable=False),
)

# What is not asked again before when, and how often in a row it failed
PAUSES = Table(
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


def _first_tables(connection: Connection) -> None:
    TABLES.create_all(connection, tables=[SCHEMA, HISTORIES, TARGETS, WATCHLISTS, OWN_TARGETS])
    name, symbols = SHIPPED_WATCHLIST
    connection.execute(WATCHLISTS.insert().values(name=name, place=0, symbols=json.dumps(symbols)))


def _asking_in_turn(connection: Connection) -> None:
    TABLES.create_all(connection, tables=[TARGET_LISTS, TURNS, PAUSES])


STEPS: tuple[Callable[[Connection], None], ...] = (_first_tables, _asking_in_turn)


class NewerStore(Exception):
    """The store has taken steps that this version of Levelboard does not know."""


def _version(connection: Connection) -> int:
    """How many steps the store has taken; 0 where it is empty. Raises `NewerStore`."""
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    taken = connection.execute(select(SCHEMA.c.version)).scalar() or 0
    if taken > len(STEPS):
        raise NewerStore(f"its version is {taken}, and {len(STEPS)} is the newest known")
    return taken


def is_up_to_date(connection: Connection) -> bool:
    """Whether all steps were taken. Raises `NewerStore`."""
    return _version(connection) == len(STEPS)


def bring_up_to_date(connection: Connection) -> None:
    """Takes the steps that are missing, within the transaction that is open. Raises `NewerStore`."""
    for step in STEPS[_version(connection) :]:
        step(connection)
    connection.execute(SCHEMA.delete())
    connection.execute(SCHEMA.insert().values(version=len(STEPS)))
