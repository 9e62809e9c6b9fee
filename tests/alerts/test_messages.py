"""What an alert says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from alerts.firings import Firing
from alerts.matches import Match
from alerts.messages import alert_message, match_line, message_from_json, message_to_json
from alerts.rules import AlertRule

RULE = AlertRule("My \u201crule\u201d <b>", ("ema_lost",), ("CIFR",))
DAY = date(2025, 11, 24)
LOST = Match("CIFR", DAY, "k", "EMA 50", 15.89, "Closed below the 50-day EMA at $15.89.", "bearish", in_progress=False)
AGAIN = Match("CIFR", DAY, "l", "EMA 20", 15.0, "Closed below the 20-day EMA at $15.00.", "bearish", in_progress=True)


def test_a_message_has_a_line_for_each_thing_found_and_the_rule():
    message = alert_message(Firing(RULE, "CIFR", ("2025-11-24", ""), (LOST, AGAIN)))
    assert message.title == "CIFR: My \u201crule\u201d <b>"
    assert message.text.splitlines() == [
        "CIFR, 24 Nov 2025: Closed below the 50-day EMA at $15.89.",
        "CIFR, 24 Nov 2025, session in progress: Closed below the 20-day EMA at $15.00.",
        "Rule: CIFR: EMA lost.",
    ]


def test_text_from_outside_stays_one_line_of_limited_length():
    hostile = replace(LOST, text="\u202eFirm\nCIFR, 24 Nov 2025: made up " + 10_000 * "x")
    line = match_line(hostile)
    assert "\n" not in line and "\u202e" not in line
    assert len(line) < 500


def test_a_message_comes_back_from_the_store_as_it_was():
    message = alert_message(Firing(RULE, "CIFR", ("2025-11-24", ""), (LOST,)))
    assert message_from_json(message_to_json(message)) == message
