"""The tables of the store, and the steps that migrate an older store to them.

A change to the tables is made here, and as one more step at the end of `STEPS`, in plain SQL that SQLite and PostgreSQL
share. Never edit an existing step: there are stores that have taken it.
"""

from __future__ import annotations

import json
from itertools import chain

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
)

from market.store.engines import run_read, run_write

TABLES = MetaData()  # all names begin with levels_, since a team may have other tables in the same database

# One row; stores of version 1 are the oldest that can be migrated
SCHEMA_VERSION = Table("levels_schema", TABLES, Column("version", Integer, primary_key=True))

# One row holds a whole history: a ticker is read in a millisecond, and is never half written
HISTORIES = Table(
    "levels_histories",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("price_basis", String(32), primary_key=True),
    Column("fetched_at", String(40)),  # ISO 8601, UTC
    Column("about", Text, nullable=False),  # the fields of a PriceHistory that have no column of their own, as JSON
    Column("bars", LargeBinary, nullable=False),  # encoded by frame_codec
    Column("splits", LargeBinary, nullable=False),
)

# Every target that Yahoo has ever listed; `place` is its position in the current list, null if it is no longer listed.
# `absent_on`: the day of the fetch before the first that had it; `gone_on`: of the first that no longer had it
TARGETS = Table(
    "levels_targets",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("first_seen", String(10), nullable=False),  # ISO date
    Column("place", Integer),
    Column("body", Text, nullable=False),  # a PriceTarget as JSON
    Column("absent_on", String(10)),  # ISO date
    Column("gone_on", String(10)),  # ISO date
)

# A deleted row stays, with the token of the edit that deleted it, so that it can be restored
WATCHLISTS = Table(
    "levels_watchlists",
    TABLES,
    Column("id", String(32), primary_key=True),
    Column("owner", String(254), nullable=False),  # a person, "" for everyone
    Column("sharing", String(8), nullable=False),  # private, read or edit
    Column("name", String(80), nullable=False),  # unique among an owner's lists
    Column("place", Integer, nullable=False),
    Column("symbols", Text, nullable=False),  # a JSON array
    Column("version", String(32), nullable=False),  # another one after each edit
    Column("deletion", String(32)),
)

OWN_TARGETS = Table(
    "levels_own_targets",
    TABLES,
    Column("owner", String(254), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("symbol", String(32), nullable=False),
    Column("body", Text, nullable=False),  # a PriceTarget as JSON
    Column("deletion", String(32)),
)

# How a person shares all of their own targets
TARGET_SHARING = Table(
    "levels_target_sharing",
    TABLES,
    Column("person", String(254), primary_key=True),
    Column("sharing", String(8), nullable=False),
)

# Who changed which watchlist, or own targets, and when by the database's clock
EDITS = Table(
    "levels_edits",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("token", String(32), nullable=False),
    Column("at", Float(53), nullable=False),
    Column("person", String(254), nullable=False),
    Column("owner", String(254), nullable=False),  # of what was changed
    Column("watchlist_id", String(32), nullable=False),  # "" for own targets
    Column("action", String(16), nullable=False),
    Column("details", Text, nullable=False),  # JSON
)

# When the targets of a symbol were last fetched, and the consensus that came with them
TARGET_LISTS = Table(
    "levels_target_lists",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("fetched_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("consensus", Text),  # JSON
)

# Which process is fetching what, and when that lease expires by the database's clock, in seconds since 1970
LEASES = Table(
    "levels_turns",
    TABLES,
    Column("key", String(80), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", Float(53), nullable=False),
)

# What is not fetched again until when, and how often in a row it has failed
BACKOFFS = Table(
    "levels_pauses",
    TABLES,
    Column("key", String(80), primary_key=True),
    Column("until", Float(53), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("cause", Text, nullable=False),  # a phrase for the middle of a sentence
)

# When requests were sent to Yahoo within the last minute: in seconds since 1970, by the database's clock
REQUESTS = Table(
    "levels_requests",
    TABLES,
    Column("sent_at", Float(53), nullable=False),
)

# When a person was here: in seconds since 1970, by the database's clock
VISITS = Table(
    "levels_visits",
    TABLES,
    Column("person", String(254), primary_key=True),  # "" for the one common visitor where nobody signs in
    Column("seen_at", Float(53), nullable=False),
    Column("previous_visit", Float(53)),  # when the visit before this one ended
)

# The earnings of a symbol as of one fetch
EARNINGS = Table(
    "levels_earnings",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("fetched_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("reports", Text, nullable=False),  # a JSON array of the fields of each `Earnings`
)

# What was measured on the bars of a symbol, as JSON; `key` stands for everything that it depends on
MEASUREMENTS = Table(
    "levels_measurements",
    TABLES,
    Column("symbol", String(32), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("measured_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("body", Text, nullable=False),
)

# What people want to be told, and where to; `body` is JSON that only alerts/ reads
ALERT_RULES = Table(
    "levels_alert_rules",
    TABLES,
    Column("id", String(32), primary_key=True),
    Column("owner", String(254), nullable=False),  # a person, "" for everyone
    Column("sharing", String(8), nullable=False),  # private, read or edit
    Column("place", Integer, nullable=False),
    Column("version", String(32), nullable=False),  # another one after each edit
    Column("body", Text, nullable=False),
)
ALERT_DESTINATIONS = Table(
    "levels_alert_destinations",
    TABLES,
    Column("id", String(32), primary_key=True),
    Column("owner", String(254), nullable=False),  # a person, "" for everyone
    Column("sharing", String(8), nullable=False),
    Column("place", Integer, nullable=False),
    Column("version", String(32), nullable=False),
    Column("body", Text, nullable=False),  # holds passwords
)

# Each alert for each destination, once: waiting, claimed by the process that sends it, or done. Times are the
# database's, in seconds since 1970. `session` and `level_key` are "" where the rule fires once for all of them
ALERT_DELIVERIES = Table(
    "levels_alert_deliveries",
    TABLES,
    Column("rule_id", String(32), primary_key=True),
    Column("symbol", String(32), primary_key=True),
    Column("session", String(10), primary_key=True),  # ISO date
    Column("level_key", String(32), primary_key=True),
    Column("destination_id", String(32), primary_key=True),  # "" where the alert is only listed
    Column("noted_at", Float(53), nullable=False),
    Column("body", Text, nullable=False),  # what to send, as JSON
    Column("outcome", String(8), nullable=False),  # waiting, listed, sent or given up
    Column("done_at", Float(53)),
    Column("attempts", Integer, nullable=False),
    Column("claimant", String(80)),  # as the owner of a lease
    Column("claimed_until", Float(53)),
    Column("problem", Text),  # why the last attempt failed, a sentence
)

# Left by a person, and therefore impossible to fetch again
USER_TABLES = (
    WATCHLISTS,
    OWN_TARGETS,
    TARGET_SHARING,
    EDITS,
    VISITS,
    ALERT_RULES,
    ALERT_DESTINATIONS,
    ALERT_DELIVERIES,
)

DEFAULT_WATCHLIST = ("Miners", ("CIFR", "CLSK", "IREN", "MARA", "RIOT"))
SHIPPED_VERSION = "shipped"  # of the default watchlist as it comes, the same in every store


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
FROM_2_TO_3 = (
    """CREATE TABLE levels_visits
       (person VARCHAR(254) PRIMARY KEY, seen_at DOUBLE PRECISION NOT NULL, previous_visit DOUBLE PRECISION)""",
)
FROM_3_TO_4 = (
    """CREATE TABLE levels_earnings
       (symbol VARCHAR(32) PRIMARY KEY, fetched_at VARCHAR(40) NOT NULL, reports TEXT NOT NULL)""",
)
FROM_4_TO_5 = (
    """CREATE TABLE levels_measurements
       (symbol VARCHAR(32) NOT NULL, key VARCHAR(32) NOT NULL, measured_at VARCHAR(40) NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (symbol, key))""",
)
# What existed belongs to everyone
FROM_5_TO_6 = (
    "ALTER TABLE levels_watchlists RENAME TO levels_watchlists_old",
    """CREATE TABLE levels_watchlists
       (id VARCHAR(32) PRIMARY KEY, owner VARCHAR(254) NOT NULL, sharing VARCHAR(8) NOT NULL,
        name VARCHAR(80) NOT NULL, place INTEGER NOT NULL, symbols TEXT NOT NULL, version VARCHAR(32) NOT NULL,
        deletion VARCHAR(32))""",
    """INSERT INTO levels_watchlists (id, owner, sharing, name, place, symbols, version)
       SELECT 'list ' || row_number() OVER (ORDER BY place, name), '', 'edit', name, place, symbols, '1'
       FROM levels_watchlists_old""",
    "DROP TABLE levels_watchlists_old",
    "DROP INDEX ix_levels_own_targets_symbol",
    "ALTER TABLE levels_own_targets RENAME TO levels_own_targets_old",
    """CREATE TABLE levels_own_targets
       (owner VARCHAR(254) NOT NULL, key VARCHAR(32) NOT NULL, place INTEGER NOT NULL, symbol VARCHAR(32) NOT NULL,
        body TEXT NOT NULL, deletion VARCHAR(32), PRIMARY KEY (owner, key))""",
    """INSERT INTO levels_own_targets (owner, key, place, symbol, body)
       SELECT '', key, place, symbol, body FROM levels_own_targets_old""",
    "DROP TABLE levels_own_targets_old",
    "CREATE TABLE levels_target_sharing (person VARCHAR(254) PRIMARY KEY, sharing VARCHAR(8) NOT NULL)",
    """CREATE TABLE levels_edits
       (number INTEGER PRIMARY KEY, token VARCHAR(32) NOT NULL, at DOUBLE PRECISION NOT NULL,
        person VARCHAR(254) NOT NULL, owner VARCHAR(254) NOT NULL, watchlist_id VARCHAR(32) NOT NULL,
        action VARCHAR(16) NOT NULL, details TEXT NOT NULL)""",
)
FROM_6_TO_7 = (
    "ALTER TABLE levels_targets ADD COLUMN absent_on VARCHAR(10)",
    "ALTER TABLE levels_targets ADD COLUMN gone_on VARCHAR(10)",
    """UPDATE levels_targets SET gone_on =
       (SELECT substr(lists.fetched_at, 1, 10) FROM levels_target_lists AS lists
        WHERE lists.symbol = levels_targets.symbol)
       WHERE place IS NULL""",
    """UPDATE levels_targets SET absent_on =
       (SELECT max(earlier.first_seen) FROM levels_targets AS earlier
        WHERE earlier.symbol = levels_targets.symbol AND earlier.first_seen < levels_targets.first_seen)""",
)
FROM_7_TO_8 = ("CREATE TABLE levels_requests (sent_at DOUBLE PRECISION NOT NULL)",)
FROM_8_TO_9 = (
    """CREATE TABLE levels_alert_rules
       (id VARCHAR(32) PRIMARY KEY, owner VARCHAR(254) NOT NULL, sharing VARCHAR(8) NOT NULL, place INTEGER NOT NULL,
        version VARCHAR(32) NOT NULL, body TEXT NOT NULL)""",
    """CREATE TABLE levels_alert_destinations
       (id VARCHAR(32) PRIMARY KEY, owner VARCHAR(254) NOT NULL, sharing VARCHAR(8) NOT NULL, place INTEGER NOT NULL,
        version VARCHAR(32) NOT NULL, body TEXT NOT NULL)""",
    """CREATE TABLE levels_alert_deliveries
       (rule_id VARCHAR(32) NOT NULL, symbol VARCHAR(32) NOT NULL, session VARCHAR(10) NOT NULL,
        level_key VARCHAR(32) NOT NULL, destination_id VARCHAR(32) NOT NULL, noted_at DOUBLE PRECISION NOT NULL,
        body TEXT NOT NULL, outcome VARCHAR(8) NOT NULL, done_at DOUBLE PRECISION, attempts INTEGER NOT NULL,
        claimant VARCHAR(80), claimed_until DOUBLE PRECISION, problem TEXT,
        PRIMARY KEY (rule_id, symbol, session, level_key, destination_id))""",
)
STEPS = (FROM_1_TO_2, FROM_2_TO_3, FROM_3_TO_4, FROM_4_TO_5, FROM_5_TO_6, FROM_6_TO_7, FROM_7_TO_8, FROM_8_TO_9)
CURRENT_VERSION = 1 + len(STEPS)


class NewerStore(Exception):
    """The store was created by a newer version of Levelboard, whose tables this one does not know."""


def prepare_tables(engine: Engine) -> None:
    """Create the tables, or migrate those of an older version. Raises `NewerStore`."""
    if not run_read(engine, is_up_to_date):
        run_write(engine, migrate)


def is_up_to_date(connection: Connection) -> bool:
    """Return whether the store has the current tables. Raises `NewerStore`."""
    return _read_version(connection) == CURRENT_VERSION


def migrate(connection: Connection) -> None:
    """Create the tables, or take the steps that are missing, in the current transaction. Raises `NewerStore`."""
    version = _read_version(connection)
    if version is None:
        TABLES.create_all(connection)
        name, symbols = DEFAULT_WATCHLIST
        default = {"id": "list 1", "owner": "", "sharing": "edit", "name": name, "place": 0}
        content = {"symbols": json.dumps(symbols), "version": SHIPPED_VERSION}
        connection.execute(WATCHLISTS.insert().values(default | content))
    else:
        for statement in chain.from_iterable(STEPS[version - 1 :]):
            connection.exec_driver_sql(statement)
    connection.execute(SCHEMA_VERSION.delete())
    connection.execute(SCHEMA_VERSION.insert().values(version=CURRENT_VERSION))


def _read_version(connection: Connection) -> int | None:
    """Return the store's version, None if there is no store yet. Raises `NewerStore`."""
    if not inspect(connection).has_table(SCHEMA_VERSION.name):
        return None
    version = connection.execute(select(SCHEMA_VERSION.c.version)).scalar_one()
    if version > CURRENT_VERSION:
        raise NewerStore(f"the store has version {version}, and this Levelboard knows up to {CURRENT_VERSION}")
    return version
