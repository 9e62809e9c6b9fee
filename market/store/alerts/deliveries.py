"""What is to be sent, and what has been: each alert once for each destination, by one process at a time.

An alert is noted first, in one transaction with all others of a check; then a process claims it, sends it, and says so.
A process that dies between the last two has sent it, and another sends it once more when the claim is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from market.store import clock
from market.store.lease import is_of_a_dead_process
from market.store.schema import ALERT_DELIVERIES

Outcome = Literal["waiting", "listed", "sent", "given up"]

CLAIM_SECONDS = 120.0  # longer than any destination may take to answer
RETRY_SECONDS = 3 * 86400.0  # how long a destination that does not answer is tried
MIN_ATTEMPTS = 10  # before it is given up, however far the clock jumps
KEPT_SECONDS = 180 * 86400.0  # no check looks back as far

_KEYS = tuple(ALERT_DELIVERIES.primary_key.columns)


@dataclass(frozen=True)
class DeliveryKey:
    """What makes an alert the same one: it is sent once, however often a check finds it."""

    rule_id: str
    symbol: str
    session: str
    level_key: str
    destination_id: str


@dataclass(frozen=True)
class Delivery:
    """An alert and what became of it. `done_at`: when it was sent, listed or given up. `problem`: of the last try."""

    key: DeliveryKey
    body: str
    noted_at: datetime
    outcome: Outcome
    done_at: datetime | None
    attempts: int
    problem: str | None


def unknown_alerts(connection: Connection, keys: Iterable[DeliveryKey]) -> tuple[DeliveryKey, ...]:
    """Return those of the keys whose alert was never noted, for this destination or another."""
    return tuple(key for key in keys if not _is_known(connection, key))


def note(connection: Connection, wanted: Mapping[DeliveryKey, str]) -> tuple[DeliveryKey, ...]:
    """Note the alerts that are not known yet, each with its body, and return their keys.

    An alert that was noted for one destination is not noted for another later. Those without a destination are listed
    and need nothing more. Forgets what is too old to come again.
    """
    now = clock.seconds(connection)
    is_old = (ALERT_DELIVERIES.c.done_at < now - KEPT_SECONDS) & (ALERT_DELIVERIES.c.session != "")
    connection.execute(delete(ALERT_DELIVERIES).where(is_old))
    new = unknown_alerts(connection, wanted)
    for key in new:
        is_listed = not key.destination_id
        state = {"outcome": "listed" if is_listed else "waiting", "done_at": now if is_listed else None}
        values = vars(key) | {"noted_at": now, "body": wanted[key], "attempts": 0}
        connection.execute(insert(ALERT_DELIVERIES).values(values | state))
    return new


def claim(connection: Connection, claimant: str) -> Delivery | None:
    """Give the next alert that waits to `claimant` to send, None if there is none that nobody else is sending.

    The one tried least often, and then noted first, is next; each is tried once by one claimant.
    """
    now = clock.seconds(connection)
    waiting = select(ALERT_DELIVERIES).where(ALERT_DELIVERIES.c.outcome == "waiting")
    for row in connection.execute(waiting.order_by(ALERT_DELIVERIES.c.attempts, ALERT_DELIVERIES.c.noted_at)):
        if row.claimant == claimant or not _is_free(row, now):
            continue
        values = {"claimant": claimant, "claimed_until": now + CLAIM_SECONDS, "attempts": row.attempts + 1}
        connection.execute(update(ALERT_DELIVERIES).where(_is(_key(row))).values(values))
        claimed = _row(connection, _key(row))
        return None if claimed is None else _delivery(claimed)
    return None


def note_sent(connection: Connection, key: DeliveryKey) -> None:
    """Note that the alert was sent."""
    values = {"outcome": "sent", "done_at": clock.seconds(connection), "claimed_until": None, "problem": None}
    connection.execute(update(ALERT_DELIVERIES).where(_is(key)).values(values))


def note_failed(connection: Connection, key: DeliveryKey, problem: str) -> Outcome:
    """Note why the alert could not be sent, and return what becomes of it: it waits, or after 3 days is given up."""
    row = _row(connection, key)
    if row is None or row.outcome != "waiting":
        return "given up" if row is None else row.outcome
    now = clock.seconds(connection)
    is_over = now - row.noted_at > RETRY_SECONDS and row.attempts >= MIN_ATTEMPTS
    outcome: Outcome = "given up" if is_over else "waiting"
    values = {"outcome": outcome, "done_at": now if is_over else None, "claimed_until": None, "problem": problem}
    connection.execute(update(ALERT_DELIVERIES).where(_is(key)).values(values))
    return outcome


def give_up(connection: Connection, key: DeliveryKey, problem: str) -> None:
    """Note that the alert will not be sent, and why."""
    values = {"outcome": "given up", "done_at": clock.seconds(connection), "claimed_until": None, "problem": problem}
    connection.execute(update(ALERT_DELIVERIES).where(_is(key)).values(values))


def forget_once(connection: Connection, rule_id: str) -> None:
    """Let a rule that fires once fire again."""
    of_rule = (ALERT_DELIVERIES.c.rule_id == rule_id) & (ALERT_DELIVERIES.c.session == "")
    connection.execute(delete(ALERT_DELIVERIES).where(of_rule, ALERT_DELIVERIES.c.outcome != "waiting"))


def read_deliveries(connection: Connection, rule_ids: Sequence[str], count: int) -> tuple[Delivery, ...]:
    """Return the latest alerts of these rules, newest first."""
    of_rules = select(ALERT_DELIVERIES).where(ALERT_DELIVERIES.c.rule_id.in_(rule_ids))
    newest = of_rules.order_by(ALERT_DELIVERIES.c.noted_at.desc(), *_KEYS).limit(count)
    return tuple(map(_delivery, connection.execute(newest)))


def _is_free(row: Row[Any], now: float) -> bool:
    """Return whether nobody is sending it: unclaimed, claimed too long ago or ahead, or by a process that is dead."""
    if row.claimed_until is None or not 0.0 < row.claimed_until - now <= CLAIM_SECONDS:
        return True
    return is_of_a_dead_process(row.claimant)


def _is(key: DeliveryKey) -> Any:
    conditions = [column == value for column, value in zip(_KEYS, astuple(key), strict=True)]
    first, *others = conditions
    for condition in others:
        first = first & condition
    return first


def _is_known(connection: Connection, key: DeliveryKey) -> bool:
    of_alert = ALERT_DELIVERIES.c.rule_id == key.rule_id
    for column, value in zip(_KEYS[1:-1], astuple(key)[1:-1], strict=True):
        of_alert = of_alert & (column == value)
    return connection.execute(select(ALERT_DELIVERIES.c.rule_id).where(of_alert).limit(1)).first() is not None


def _row(connection: Connection, key: DeliveryKey) -> Row[Any] | None:
    return connection.execute(select(ALERT_DELIVERIES).where(_is(key))).one_or_none()


def _key(row: Row[Any]) -> DeliveryKey:
    return DeliveryKey(row.rule_id, row.symbol, row.session, row.level_key, row.destination_id)


def _delivery(row: Row[Any]) -> Delivery:
    done_at = None if row.done_at is None else _moment(row.done_at)
    return Delivery(_key(row), row.body, _moment(row.noted_at), row.outcome, done_at, row.attempts, row.problem)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
