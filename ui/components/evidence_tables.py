"""Tables of what was measured: kinds of levels, and earlier targets by the levels on their way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from indicators.odds.evidence import Evidence
from indicators.odds.level_holds import Holds, KindHolds
from indicators.odds.reliability import BINS, Bin
from indicators.odds.target_paths import PathRecord
from text import numbers

HELD_HELP = (
    "Of the sessions on which the price came within a quarter ATR of such a level, or through it: how often a close"
    " stood 1 ATR away on the side it came from before one stood 1 ATR beyond"
)
INTERVAL_HELP = "95% interval, by resampling the visits"
SHIFTED_HELP = "The same levels moved up or down at random by 1 to 3 ATR, where nothing is"
SHUFFLED_HELP = "The levels found in the same daily moves in another order, where they mean nothing"


def draw_kinds(kinds: Sequence[KindHolds], key: str) -> None:
    """Draw one row a kind of level: visits, share held with its interval, and the same of its peers."""
    share: Any = {"format": "%.0f%%", "width": 66}
    st.dataframe(
        pd.DataFrame(
            {
                "Level": [kind.kind for kind in kinds],
                "Visits": [kind.real.count for kind in kinds],
                "Held": [_pct(kind.real) for kind in kinds],
                "95%": [interval_phrase(kind.real) for kind in kinds],
                "Shifted": [_pct(kind.shifted) for kind in kinds],
                "Shuffled": [_pct(kind.shuffled) for kind in kinds],
                "Verdict": [kind.verdict for kind in kinds],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            "Level": st.column_config.TextColumn(width=132),
            "Visits": st.column_config.NumberColumn(width=54),
            "Held": st.column_config.NumberColumn(help=HELD_HELP, **share),
            "95%": st.column_config.TextColumn(width=76, help=INTERVAL_HELP),
            "Shifted": st.column_config.NumberColumn(help=SHIFTED_HELP, **share),
            "Shuffled": st.column_config.NumberColumn(help=SHUFFLED_HELP, **share),
            "Verdict": st.column_config.TextColumn(width=158),
        },
        placeholder="",
        key=key,
        alt="How often each kind of level held, beside levels without meaning",
    )


def draw_earlier_targets(paths: Sequence[PathRecord], key: str) -> None:
    """Draw one row for each number of levels on the way: targets, how many were met, and those of shuffled moves."""
    st.dataframe(
        pd.DataFrame(
            {
                "On the way": [path.levels for path in paths],
                "Targets": [path.real.count for path in paths],
                "Met": [_pct(path.real) for path in paths],
                "95%": [interval_phrase(path.real) for path in paths],
                "Shuffled": [_pct(path.shuffled) for path in paths],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            "Met": st.column_config.NumberColumn(format="%.0f%%", help="Within twelve months"),
            "95%": st.column_config.TextColumn(help=INTERVAL_HELP),
            "Shuffled": st.column_config.NumberColumn(
                format="%.0f%%", help="Targets as far away on the same days of the same moves in another order"
            ),
        },
        placeholder="",
        key=key,
        alt="How often earlier targets were met, by the levels between the price and the target",
    )


def draw_odds(evidence: Evidence, key: str) -> None:
    """Draw one row a tenth of the probability said: how many levels and targets it was said of, and how many came."""
    columns = {"Within 63 sessions": evidence.touch_63, "Within 21 sessions": evidence.touch_21}
    columns |= {"Targets, within 12 months": evidence.targets}
    said = [f"{10 * number} to {10 * (number + 1)}%" for number in range(BINS)]
    came = {name: [_came_phrase(one) for one in bins] for name, bins in columns.items()}
    st.dataframe(pd.DataFrame({"Said": said} | came), hide_index=True, height="content", placeholder="", key=key)


def _came_phrase(one: Bin) -> str:
    if not one.count:
        return ""
    return (
        f"{numbers.format_integer(one.touched)} of {numbers.format_integer(one.count)}"
        f" ({numbers.format_share(one.touched / one.count)})"
    )


def interval_phrase(holds: Holds) -> str:
    """Return the 95% interval of a share: "41 to 52%", empty without any."""
    return "" if holds.interval is None else numbers.format_share_range(*holds.interval)


def _pct(holds: Holds) -> float | None:
    return None if holds.share is None else float(round(100.0 * holds.share))
