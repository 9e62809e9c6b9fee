"""A store of any earlier version is migrated to the current one, with everything that it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, inspect

from market import PriceHistory, PriceTarget
from market.store.schema import CURRENT_VERSION, TABLES
from market.store.store import Store, Watchlist
from tests.market.store.test_store import assert_equal_histories
from tests.support.store_fixtures import postgres, store_address

__all__ = ["postgres", "store_address"]

# Dumps of the same store in each earlier version. Never edit one: they stand for the stores that users have
DUMPS = {
    version: Path(__file__).with_name(f"version_{version}.sql").read_text(encoding="utf-8")
    for version in range(1, CURRENT_VERSION)
}
OLD_DUMP = DUMPS[1]
ANY_DUMP = pytest.mark.parametrize("dump", DUMPS.values(), ids=[f"version {version}" for version in DUMPS])
CIFR_DAYS = pd.DatetimeIndex(["2025-11-21", "2025-11-24"], name="date").as_unit("s")


def load_dump(dump: str, address: str) -> None:
    engine = create_engine(address if "://" in address else f"sqlite:///{address}")
    if engine.dialect.name == "postgresql":
        dump = dump.replace(" BLOB", " BYTEA").replace(",X'", r",'\x")
    with engine.begin() as connection:
        for statement in filter(str.strip, dump.split(";\n")):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()


def describe_columns(address: str) -> dict[str, list[tuple[str, str, bool]]]:
    """Return by table the name of each column, its type, and whether it may be null; a star marks the primary key."""
    engine = create_engine(address if "://" in address else f"sqlite:///{address}")
    inspector, described = inspect(engine), {}
    for table in TABLES.tables:
        keys = inspector.get_pk_constraint(table)["constrained_columns"]
        described[table] = [
            (f"{column['name']}*", str(column["type"].as_generic()), False)
            if column["name"] in keys
            else (column["name"], str(column["type"].as_generic()), column["nullable"])
            for column in inspector.get_columns(table)
        ]
    engine.dispose()
    return described


@ANY_DUMP
def test_store_of_an_earlier_version_keeps_everything_it_holds(store_address: str, dump: str) -> None:
    load_dump(dump, store_address)
    store = Store(store_address)
    assert store.notice is None
    bars = pd.DataFrame(
        {
            "open": [14.5, 15.25],
            "high": [15.0, 17.0],
            "low": [14.0, 15.0],
            "close": [14.75, 16.75],
            "volume": [1e3, 2e3],
        },
        index=CIFR_DAYS,
    )
    assert_equal_histories(
        store.history("CIFR"),
        PriceHistory(
            "CIFR",
            "Cipher Mining Inc.",
            "USD",
            bars,
            splits=pd.Series([2.0], index=CIFR_DAYS[:1]),
            fetched_at=datetime(2025, 11, 24, 21, 30, tzinfo=UTC),
            remarks=("A note",),
            zone="America/New_York",
            dividends=None,
        ),
    )
    assert [watchlist.name for watchlist in store.watchlists()] == ["Miners", "Chips"]
    assert store.watchlists()[1] == Watchlist("Chips", ("NVDA", "AMD"))
    own = PriceTarget(
        "CIFR",
        "JPMorgan",
        Date(2025, 11, 24),
        18.0,
        12.0,
        "Overweight",
        "Neutral",
        "upgraded",
        note="\u00ab ü \u00bb",
        source="own",
    )
    assert store.own_targets() == (own,)
    assert store.add_own_targets([own]) == 0
    seen = PriceTarget("CIFR", "Northgate", Date(2025, 9, 30), 13.5)
    assert store.targets("CIFR") == (seen,)
    assert store.first_seen("CIFR") == {seen: Date(2025, 10, 1)}
    store.close()


@ANY_DUMP
def test_migrated_store_has_the_tables_of_a_new_one(
    store_address: str, dump: str, request: pytest.FixtureRequest
) -> None:
    is_server = "://" in store_address
    another = request.getfixturevalue("postgres").new_database() if is_server else f"{store_address}.another.db"
    load_dump(dump, store_address)
    for address in (store_address, another):
        Store(address).close()
    assert describe_columns(store_address) == describe_columns(another)


def test_failing_step_leaves_the_store_unchanged(store_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load_dump(OLD_DUMP, store_address)
    with monkeypatch.context() as patch:
        patch.setattr("market.store.schema.STEPS", (("CREATE TABLE levels_turns (key INTEGER)", "NONSENSE"),))
        store = Store(store_address)
        assert store.notice is not None
        store.close()
    store = Store(store_address)
    assert store.notice is None
    assert len(store.own_targets()) == 1
    store.close()
