"""The rows that a person entered, copied from one database to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select

from market.store.engines import run_read, run_write
from market.store.failures import UNUSABLE_ERRORS
from market.store.schema import USER_TABLES

UserRows = Mapping[Table, Sequence[dict[str, Any]]]


def read_user_rows(engine: Engine) -> UserRows:
    """Return the rows that a person entered, by table; nothing if they cannot be read."""

    def query(connection: Connection) -> UserRows:
        return {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in USER_TABLES}

    try:
        return run_read(engine, query)
    except UNUSABLE_ERRORS:
        return {}


def replace_user_rows(engine: Engine, rows_by_table: UserRows) -> None:
    """Replace all rows of the given tables."""

    def change(connection: Connection) -> None:
        for table, rows in rows_by_table.items():
            connection.execute(table.delete())
            if rows:
                connection.execute(insert(table), rows)

    run_write(engine, change)
