"""The evidence of a ticker as plain values for JSON: shares from 0 to 1, null for what does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indicators.analysis import Analysis
from indicators.odds.evidence import Evidence
from indicators.odds.level_holds import Holds
from indicators.odds.reliability import Bin
from indicators.odds.reward_risk import target_path
from tickers.json_document import json_number


def evidence_document(analysis: Analysis, evidence: Evidence) -> dict[str, Any]:
    """Return what `levelboard.py export --json --evidence` adds under `evidence`.

    `kinds`: visits to levels of each kind and how many held, beside the same levels shifted by 1 to 3 ATR and those of
    shuffled moves. `touch_21`, `touch_63`, `targets`: by tenths of the probability said, how many were touched.
    `earlier_targets`: how many were met, by the levels on the way. `paths`: that of each current target.
    """
    return {
        "kinds": [
            {"kind": one.kind, **_holds(one.real, "visits")}
            | {"shifted": _holds(one.shifted, "visits"), "shuffled": _holds(one.shuffled, "visits")}
            | {"verdict": one.verdict}
            for one in evidence.kinds
        ],
        "touch_21": _bins(evidence.touch_21),
        "touch_63": _bins(evidence.touch_63),
        "targets": _bins(evidence.targets),
        "earlier_targets": [
            {"levels": one.levels, **_holds(one.real, "targets"), "shuffled": _holds(one.shuffled, "targets")}
            for one in evidence.paths
        ],
        "paths": [_path(analysis, target.firm, target.target) for target in analysis.targets],
    }


def _holds(holds: Holds, counted: str) -> dict[str, Any]:
    low, high = holds.interval or (None, None)
    return {
        counted: holds.count,
        "held" if counted == "visits" else "met": holds.held,
        "share": json_number(holds.share),
        "low": json_number(low),
        "high": json_number(high),
    }


def _bins(bins: Iterable[Bin]) -> list[dict[str, Any]]:
    return [
        {
            "from": number / 10,
            "to": (number + 1) / 10,
            "count": one.count,
            "said": json_number(one.said_pct / 100.0 if one.count else None),
            "touched": json_number(one.touched_pct / 100.0 if one.count else None),
        }
        for number, one in enumerate(bins)
    ]


def _path(analysis: Analysis, firm: str, target: float) -> dict[str, Any]:
    path = target_path(analysis, target)
    return {
        "firm": firm,
        "target": json_number(target),
        "levels": [
            {
                "label": level.label,
                "price": json_number(level.price),
                "distance_atr": json_number(level.distance_atr),
            }
            for level in path.levels
        ],
        "reward": json_number(path.reward),
        "risk": json_number(path.risk),
        "reward_risk": json_number(path.ratio),
    }
