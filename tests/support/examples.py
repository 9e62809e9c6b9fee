"""How many random inputs a property is tested with, where it needs other than the usual number."""

from __future__ import annotations

from hypothesis import settings

USUAL = settings.get_profile("levelboard").max_examples


def examples(count: int) -> int:
    """Return `count`, in `make test-fast` the share of it that its profile has of the usual number."""
    current = settings().max_examples
    return max(min(count, current), count * current // USUAL)
