"""The evidence of a ticker: measured once for the same bars and targets, then read from the store."""

from __future__ import annotations

import hashlib
import json
import logging

import pandas as pd

from indicators.analysis import Analysis
from indicators.odds.evidence import VERSION, Evidence, evidence_from_fields, measure_evidence
from market.store.store import get_store

log = logging.getLogger("levelboard.evidence")


def evidence_of(analysis: Analysis) -> Evidence:
    """Return what was measured on the daily bars and targets known on the as-of day, from the store if it is there."""
    store, key = get_store(), evidence_key(analysis)
    stored = store.measurement(analysis.symbol, key)
    if stored is not None:
        try:
            return evidence_from_fields(json.loads(stored))
        except (ValueError, KeyError, TypeError) as error:  # damaged, or edited by hand: it is measured again
            log.warning("The stored evidence of %s cannot be read: %r", analysis.symbol, error)
    measured = measure_evidence(analysis)
    store.save_measurement(analysis.symbol, key, json.dumps(measured.fields()))
    return measured


def evidence_key(analysis: Analysis) -> str:
    """Return a key of everything that the evidence depends on: bars, targets, the as-of day and the measurement."""
    bars = pd.util.hash_pandas_object(analysis.daily_bars, index=True).to_numpy().tobytes()
    rest = (VERSION, analysis.as_of, analysis.source, analysis.price_basis, analysis.published)
    return hashlib.sha256(bars + repr(rest).encode()).hexdigest()[:32]
