"""Whose things are whose: the owner's alone, or shared with everyone to read or to edit."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, select

from market.store.schema import TARGET_SHARING

Sharing = Literal["private", "read", "edit"]

SHARING_NAMES: dict[Sharing, str] = {"private": "Private", "read": "Shared to read", "edit": "Shared to edit"}
EVERYONE = ""  # owns what was entered where nobody signs in, and is who looks there


def may_read(owner: str, sharing: str, person: str) -> bool:
    """Return whether `person` may see a thing of `owner`."""
    return owner in (EVERYONE, person) or sharing in ("read", "edit")


def may_edit(owner: str, sharing: str, person: str) -> bool:
    """Return whether `person` may change a thing of `owner`."""
    return owner in (EVERYONE, person) or sharing == "edit"


def read_target_sharing(connection: Connection) -> dict[str, str]:
    """Return how each person shares their own targets; who is missing does not."""
    rows = connection.execute(select(TARGET_SHARING.c.person, TARGET_SHARING.c.sharing))
    return {EVERYONE: sharing_at_first(EVERYONE)} | {row.person: row.sharing for row in rows}


def sharing_at_first(owner: str) -> Sharing:
    """Return how a new thing is shared: nobody else sees what a person enters."""
    return "edit" if owner == EVERYONE else "private"
