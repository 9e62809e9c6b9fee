"""Where alerts go: an address that Apprise understands, which holds passwords and is shown masked only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from alerts.rules import InvalidRule, name_problems

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=://.)", re.IGNORECASE)
MASK = "•••"
MAX_ADDRESS_LENGTH = 2000


@dataclass(frozen=True)
class Destination:
    """A named address such as `mailto://user:password@example.com`.

    `address` appears nowhere but in the store and on its way to Apprise. `owner`: a person, "" for everyone.
    `version`: another one after each edit, "" when new.
    """

    name: str
    address: str = field(repr=False)
    id: str = ""
    owner: str = ""
    sharing: str = "private"
    version: str = ""

    @property
    def masked(self) -> str:
        """What may be shown of the address: its scheme, and that there is more."""
        return mask_address(self.address)


def mask_address(address: str) -> str:
    """Return the scheme of an address and a mask: everything behind it may be a password."""
    found = SCHEME.match(address.strip())
    return f"{found.group().lower()}://{MASK}" if found else MASK


def check_destination(destination: Destination) -> Destination:
    """Return the destination as it is. Raises `InvalidRule`."""
    if problems := tuple(_find_problems(destination)):
        raise InvalidRule(problems)
    return destination


def _find_problems(destination: Destination) -> Iterator[str]:
    yield from name_problems(destination.name, "destination")
    if not SCHEME.match(destination.address.strip()):
        yield "A destination is an Apprise address, such as mailto://user:password@example.com. Enter one."
    if len(destination.address) > MAX_ADDRESS_LENGTH:
        yield f"The address has more than {MAX_ADDRESS_LENGTH} characters. Shorten it."
