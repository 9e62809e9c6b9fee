"""Everything that people entered, as of one edit: read again only after the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection, Engine, Row

from market.price_target import PriceTarget
from market.store.personal import edits, own_targets, watchlists
from market.store.personal.sharing import Sharing, may_read, read_target_sharing, sharing_at_first
from market.store.personal.watchlists import Watchlist
from market.store.rows import target_from_json


@dataclass(frozen=True)
class Entered:
    """The watchlists and own targets of all people, read from `engine` after the edit `token`."""

    engine: Engine
    token: str
    all_watchlists: tuple[Watchlist, ...]
    target_rows: Sequence[Row[Any]]
    target_sharing: Mapping[str, str]

    def watchlists(self, person: str) -> tuple[Watchlist, ...]:
        """Return the lists that the person may see, in their order; the default one where there are none."""
        return watchlists.visible(self.all_watchlists, person) or (watchlists.DEFAULT,)

    def own_targets(self, symbol: str | None, person: str) -> tuple[PriceTarget, ...]:
        """Return the targets that the person may see, each once, of one symbol or of all."""
        rows = self.target_rows if symbol is None else self._rows_by_symbol.get(symbol, ())
        bodies = dict.fromkeys(row.body for row in rows if self._may_read(row.owner, person))
        return tuple(map(target_from_json, bodies))

    def count_own_targets(self, person: str) -> int:
        """Return how many targets the person may see."""
        return len({row.body for row in self.target_rows if self._may_read(row.owner, person)})

    def has_private_targets(self, person: str) -> bool:
        """Return whether the person has targets that nobody else sees."""
        return self.sharing_of_targets(person) == "private" and person in self._target_owners

    def sharing_of_targets(self, person: str) -> Sharing:
        """Return how the person shares their own targets."""
        return cast(Sharing, self.target_sharing.get(person, sharing_at_first(person)))

    def _may_read(self, owner: str, person: str) -> bool:
        return may_read(owner, self.sharing_of_targets(owner), person)

    @cached_property
    def _target_owners(self) -> frozenset[str]:
        return frozenset(row.owner for row in self.target_rows)

    @cached_property
    def _rows_by_symbol(self) -> dict[str, list[Row[Any]]]:
        by_symbol: dict[str, list[Row[Any]]] = {}
        for row in self.target_rows:
            by_symbol.setdefault(row.symbol, []).append(row)
        return by_symbol


def read_entered(connection: Connection, known: Entered | None) -> Entered:
    """Return what people entered; `known` itself if nothing was edited since, in the same database."""
    token = edits.last_token(connection)
    if known is not None and known.engine is connection.engine and known.token == token:
        return known
    return Entered(
        connection.engine,
        token,
        watchlists.read_live(connection),
        own_targets.read_live(connection),
        read_target_sharing(connection),
    )
