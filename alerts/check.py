"""One check of all alert rules: what fires is noted in the store, and what is noted there is sent.

Several processes may share the store. One of them checks at a time, and each alert is claimed by the one that sends it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Date
from functools import partial

from prometheus_client import Counter

from alerts.destinations import Destination
from alerts.firings import Checked, Firing, check_tickers, watched_symbols
from alerts.kept_rules import all_destinations, all_rules
from alerts.messages import alert_message, message_from_json, message_to_json
from alerts.rules import AlertRule
from alerts.sending import Picture, SendProblem, send
from market.source import SourceKey
from market.store.alerts.deliveries import (
    Delivery,
    DeliveryKey,
    Outcome,
    claim,
    give_up,
    note,
    note_failed,
    note_sent,
    unknown_alerts,
)
from market.store.failures import StoreAway
from market.store.lease import lease, new_owner
from market.store.personal.sharing import may_read
from market.store.store import Store, get_store

LEASE_KEY = "alerts check"
ALERTS = Counter("levelboard_alerts", "Alerts by what became of them", ("outcome",))

for _outcome in ("listed", "sent", "failed", "given up"):
    ALERTS.labels(_outcome)  # 0 until there is one

Draw = Callable[[str, str], Sequence[Picture]]  # of a ticker, with the targets of a person

log = logging.getLogger("levelboard.alerts")


@dataclass(frozen=True)
class Sent:
    """An alert that was tried: to which destination, and with what outcome; `problem`: why it was not sent."""

    delivery: Delivery
    destination: str
    outcome: Outcome
    problem: str | None


@dataclass(frozen=True)
class Check:
    """What a check found and did.

    `firings`: those that no earlier check had noted. `sent`: alerts tried, earlier ones that waited included.
    `problems`: sentences about tickers that were not checked, old or missing data, and the store. `is_busy`: another
    process was checking, so nothing was done.
    """

    firings: tuple[Firing, ...] = ()
    sent: tuple[Sent, ...] = ()
    problems: tuple[str, ...] = ()
    is_busy: bool = False


def check_alerts(source: SourceKey, draw: Draw, is_wanted: Callable[[str], bool] = lambda symbol: True) -> Check:
    """Check all rules that are not paused on the tickers wanted, note what fires, and send what waits.

    Nothing is sent while the store cannot be written: what is kept in memory only would be sent again. `draw` returns
    the picture of a ticker, for channels that take one.
    """
    store = get_store()
    with lease(store.database, LEASE_KEY, 0.0) as is_ours:
        if not is_ours:
            return Check(is_busy=True)
        try:
            found = find_all_firings(source, None, is_wanted)
            new = _note(store, found)
            return Check(new, tuple(send_waiting(store, draw)), _problems(found))
        except StoreAway:
            return Check(problems=(f"Nothing was checked or sent, since the store cannot be used. {store.notice}",))


def try_alerts(source: SourceKey, as_of: Date | None) -> Check:
    """Return what `check_alerts` would find, and change nothing. `as_of`: see `check_tickers`."""
    store = get_store()
    try:
        found = find_all_firings(source, as_of)
        firings = [firing for checked in found for firing in checked.firings]
        if as_of is None:
            keys = {_key(firing, ""): firing for firing in firings}
            unknown = store.database.read_user_data(lambda connection: unknown_alerts(connection, keys))
            firings = [keys[key] for key in unknown]
        return Check(tuple(firings), problems=_problems(found))
    except StoreAway:
        return Check(problems=(f"Nothing was checked, since the store cannot be used. {store.notice}",))


def watched_by_any_rule() -> frozenset[str]:
    """Return the tickers of the rules that are not paused. Raises `StoreAway`."""
    return frozenset(symbol for _, symbols in _active_rules() for symbol in symbols or ())


def find_all_firings(
    source: SourceKey, as_of: Date | None, is_wanted: Callable[[str], bool] = lambda symbol: True
) -> list[Checked]:
    """Return what fires on each ticker wanted that a rule watches, new or not. Raises `StoreAway`."""
    today = datetime.now(UTC).date()
    found: list[Checked] = []
    by_person: dict[str, dict[str, list[AlertRule]]] = {}
    for rule, symbols in _active_rules():
        if symbols is None:
            missing = f'The rule "{rule.name}" watches "{rule.watchlist}", and there is no such watchlist.'
            found.append(Checked("", (), (f"{missing} Edit the rule.",)))
        for symbol in filter(is_wanted, symbols or ()):
            by_person.setdefault(rule.owner, {}).setdefault(symbol, []).append(rule)
    for person, rules_of in by_person.items():
        found += check_tickers(rules_of, person, source, as_of, today)
    return found


def send_waiting(store: Store, draw: Draw) -> Iterator[Sent]:
    """Send each alert that waits, once, and note what became of it. Raises `StoreAway`.

    A process that dies between sending and noting has sent: another one sends that alert once more.
    """
    destinations = {destination.id: destination for destination in all_destinations()}
    owners = {rule.id: rule.owner for rule in all_rules()}
    claimant = new_owner()
    while (delivery := store.database.write_for_all(lambda connection: claim(connection, claimant))) is not None:
        key = delivery.key
        destination = destinations.get(key.destination_id)
        picture = partial(draw, key.symbol, owners.get(key.rule_id, ""))
        sent = _send(store, delivery, destination, picture) if destination else _give_up(store, delivery)
        ALERTS.labels("failed" if sent.outcome == "waiting" else sent.outcome).inc()
        yield sent


def _active_rules() -> list[tuple[AlertRule, tuple[str, ...] | None]]:
    """Return the rules that are not paused, each with its tickers; None for a watchlist that does not exist."""
    store = get_store()
    return [(rule, watched_symbols(rule, store.watchlists(rule.owner))) for rule in all_rules() if not rule.paused]


def _send(store: Store, delivery: Delivery, destination: Destination, draw: Callable[[], Sequence[Picture]]) -> Sent:
    key = delivery.key
    try:
        send(destination, message_from_json(delivery.body), draw)
    except SendProblem as error:
        problem = str(error)
        log.warning("An alert was not sent: %s", problem)
        outcome = store.database.write_for_all(lambda connection: note_failed(connection, key, problem))
        return Sent(delivery, destination.name, outcome, problem)
    store.database.write_for_all(lambda connection: note_sent(connection, key))
    return Sent(delivery, destination.name, "sent", None)


def _give_up(store: Store, delivery: Delivery) -> Sent:
    problem = "Its destination was deleted."
    store.database.write_for_all(lambda connection: give_up(connection, delivery.key, problem))
    return Sent(delivery, "", "given up", problem)


def _note(store: Store, found: Iterable[Checked]) -> tuple[Firing, ...]:
    """Note what fires for each destination that its rule may use, and return what no earlier check had noted."""
    destinations = all_destinations()
    firings = [firing for checked in found for firing in checked.firings]
    wanted: dict[DeliveryKey, str] = {}
    by_key: dict[DeliveryKey, Firing] = {}
    for firing in firings:
        body = message_to_json(alert_message(firing))
        for destination_id in _usable(firing.rule, destinations) or ("",):
            key = _key(firing, destination_id)
            wanted[key], by_key[key] = body, firing
    noted = store.database.write_for_all(lambda connection: note(connection, wanted))
    ALERTS.labels("listed").inc(sum(not key.destination_id for key in noted))
    new = {id(firing): firing for firing in map(by_key.__getitem__, noted)}
    return tuple(new.values())


def _usable(rule: AlertRule, destinations: Iterable[Destination]) -> tuple[str, ...]:
    """Return the ids of the rule's destinations that exist and that its owner may use, in the rule's order."""
    usable = {place.id for place in destinations if may_read(place.owner, place.sharing, rule.owner)}
    return tuple(destination_id for destination_id in rule.destinations if destination_id in usable)


def _key(firing: Firing, destination_id: str) -> DeliveryKey:
    return DeliveryKey(firing.rule.id, firing.symbol, *firing.key, destination_id)


def _problems(found: Iterable[Checked]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem for checked in found for problem in checked.problems))
