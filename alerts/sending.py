"""Sending a message to a destination through Apprise, which is loaded when the first one is sent."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from alerts.destinations import MASK, Destination
from text.plain_text import to_one_line
from text.prose import join_words

if TYPE_CHECKING:
    from types import ModuleType

SEND_SECONDS = 45.0  # a destination that has not taken a message by then is tried again at another check
MAX_TITLE, MAX_REASON = 120, 160  # characters
SHORT_SECRET = 4  # characters
SERVICES_VARIABLE = "LEVELS_ALERT_SERVICES"  # the schemes of addresses that may be used; all where it is unset
FILE_PARAMETERS = {"template", "keyfile", "subfile"}  # with which some services read a file of this computer


@dataclass(frozen=True)
class Message:
    """What is sent: plain text, and for mail the same as HTML, whose `cid:FILE` is the picture of that name."""

    title: str
    text: str
    html: str | None = None


@dataclass(frozen=True)
class Picture:
    """A PNG and the name of its file."""

    file: str
    png: bytes


class SendProblem(Exception):
    """A message was not sent; the text is a sentence that says why and what to do, without any part of the address."""


class AppriseMissing(SendProblem):
    """Apprise is not installed."""

    def __str__(self) -> str:
        return "Alerts are sent through Apprise, which is not installed: pip install -r requirements-alerts.txt"


class BadAddress(SendProblem):
    """Apprise knows no such service, or the address lacks something."""

    def __init__(self, destination: Destination) -> None:
        super().__init__(
            f"{destination.name}: Apprise does not understand this address ({destination.masked}). "
            "Compare it with the examples of its documentation."
        )


class AddressNotAllowed(SendProblem):
    """The address names a file of the server, or a service that this server does not use."""

    def __init__(self, destination: Destination, reason: str) -> None:
        super().__init__(f"{destination.name}: {reason} Enter another address.")


class NotTaken(SendProblem):
    """The service refused the message or did not answer."""

    def __init__(self, destination: Destination, reason: str) -> None:
        why = f" ({reason})" if reason else ""
        super().__init__(
            f"{destination.name}: the message was not taken{why}. Check the address and whether the service works."
        )


def check_address(destination: Destination) -> None:
    """Raise `BadAddress` for an address that Apprise does not understand, and `AppriseMissing` without Apprise.

    Raises `AddressNotAllowed` for one that must not be used here.
    """
    _service(destination)


def send(destination: Destination, message: Message, draw: Callable[[], Sequence[Picture]] = tuple) -> None:
    """Send the message, with the pictures that `draw` returns where the channel takes them. Raises `SendProblem`."""
    apprise, service = _apprise(), _service(destination)
    html = message.html if _is_mail(service) else None
    service.notify_format = apprise.NotifyFormat.HTML if html else apprise.NotifyFormat.TEXT
    if html:
        service.inline = True
    pictures = draw() if service.attachment_support else ()
    sender = apprise.Apprise(asset=_asset())
    sender.add(service)
    result = sender.notify(
        title=to_one_line(message.title, MAX_TITLE),
        body=html or message.text,
        body_format=service.notify_format,
        attach=[_attachment(picture) for picture in pictures] or None,
        timeout=SEND_SECONDS,
    )
    if not result:
        raise NotTaken(destination, _reason(result, destination))


def without_address(text: str, address: str) -> str:
    """Return a message, such as an error of Apprise, with the address and its parts masked."""
    rest = address.partition("://")[2]
    user_info = re.split(r"[:/]", rest.rpartition("@")[0])
    parts = [*user_info, *(part for part in re.split(r"[/:@?&=,;\s]+", rest) if len(part) > 3)]
    secrets = {spelled for part in (address, rest, *parts) for spelled in (part, unquote(part)) if spelled}
    for secret in sorted(secrets, key=len, reverse=True):
        is_word = len(secret) <= SHORT_SECRET  # "ann" is no part of "cannot"
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)" if is_word else re.escape(secret), MASK, text)
    return text


@cache
def _apprise() -> ModuleType:
    """Return the library, whose own log, which may quote addresses, goes nowhere. Raises `AppriseMissing`."""
    try:
        import apprise
    except ImportError:
        raise AppriseMissing from None
    logging.getLogger("apprise").propagate = False
    return apprise


def _asset() -> Any:
    return _apprise().AppriseAsset(app_id="Levelboard", app_desc="Levelboard", app_url="", storage_mode="memory")


def _service(destination: Destination) -> Any:
    """Return Apprise's object for the address. Raises `BadAddress`, `AddressNotAllowed` or `AppriseMissing`."""
    apprise = _apprise()
    parsed = apprise.plugins.url_to_dict(destination.address.strip(), secure_logging=True)
    if parsed is None:
        raise BadAddress(destination)
    _check_allowed(destination, parsed["schema"], parsed.get("qsd") or {})
    service = apprise.Apprise.instantiate(parsed, asset=_asset())
    if service is None:
        raise BadAddress(destination)
    return service


def _check_allowed(destination: Destination, scheme: str, parameters: Mapping[str, str]) -> None:
    """Raise `AddressNotAllowed`: whoever may enter may make destinations, and should read no file of the server."""
    names = {name.lower() for name in parameters}
    if names & FILE_PARAMETERS or any(name.startswith("pgp") for name in names):
        raise AddressNotAllowed(destination, "the address names a file of the server.")
    allowed = os.environ.get(SERVICES_VARIABLE, "").lower().replace(",", " ").split()
    if allowed and scheme.lower() not in allowed:
        raise AddressNotAllowed(destination, f"this server sends to {join_words(allowed, 'or')} only.")


def _is_mail(service: Any) -> bool:
    """Return whether the service shows HTML with pictures inside."""
    return hasattr(service, "inline")


def _attachment(picture: Picture) -> Any:
    from apprise.attachment.memory import AttachMemory

    return AttachMemory(content=picture.png, name=picture.file, mimetype="image/png")


def _reason(result: Any, destination: Destination) -> str:
    """Return what Apprise says of a failure, the last of it, without the address."""
    if result.status.name == "TIMEOUT":
        return "no answer"
    said = [str(entry.message) for entry in result.logs()]
    return to_one_line(without_address(said[-1], destination.address), MAX_REASON) if said else ""
