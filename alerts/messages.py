"""The message that tells of an alert, and the same as it is kept in the store until it is sent."""

from __future__ import annotations

import json

from alerts.firings import Firing
from alerts.matches import Match
from alerts.rules import describe_rule
from alerts.sending import Message
from text.numbers import format_day
from text.plain_text import to_one_line

MAX_LINE = 400  # characters


def alert_message(firing: Firing) -> Message:
    """Return what is sent: a title with the ticker and the rule's name, and a line for each thing found."""
    lines = [*map(match_line, firing.found), f"Rule: {describe_rule(firing.rule)}."]
    return Message(f"{firing.symbol}: {firing.rule.name}", "\n".join(lines))


def match_line(match: Match) -> str:
    """Return the sentence of a match with its ticker and session, and whether that session is still going on."""
    so_far = ", session in progress" if match.in_progress else ""
    text = to_one_line(match.text, MAX_LINE)  # it may name a firm
    return f"{match.symbol}, {format_day(match.session)}{so_far}: {text}"


def message_to_json(message: Message) -> str:
    """Return the message as JSON."""
    return json.dumps({"title": message.title, "text": message.text})


def message_from_json(body: str) -> Message:
    """Return the message that `message_to_json` wrote."""
    values = json.loads(body)
    return Message(values["title"], values["text"])
