"""Targets in the currency and the unit of their listing: a share in London is in pence (GBp), its targets in pounds."""

from __future__ import annotations

from dataclasses import replace

from market.price_target import PriceTarget

# The currency that each unit is a fraction of, and how many make one
MINOR_UNITS: dict[str, tuple[str, float]] = {
    "GBp": ("GBP", 100.0),
    "GBX": ("GBP", 100.0),
    "ZAc": ("ZAR", 100.0),
    "ILA": ("ILS", 100.0),
    "USX": ("USD", 100.0),
    "KWF": ("KWD", 1000.0),
}


def in_listing_currency(target: PriceTarget, listing: str) -> PriceTarget:
    """Return the target in the currency of its listing, and then without one of its own.

    Pounds become pence and the reverse. A target in any other currency is returned as it is, as there is no rate.
    """
    if target.currency is None:
        return target
    (own, parts), (wanted, wanted_parts) = _unit(target.currency), _unit(listing)
    if own != wanted:
        return target
    rate = wanted_parts / parts
    return replace(
        target,
        currency=None,
        target=target.target and target.target * rate,
        prior_target=target.prior_target and target.prior_target * rate,
    )


def _unit(currency: str) -> tuple[str, float]:
    return MINOR_UNITS.get(currency, (currency, 1.0))
