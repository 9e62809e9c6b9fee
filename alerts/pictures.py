"""The picture of a ticker that goes with an alert."""

from __future__ import annotations

import logging

from alerts.sending import Picture
from market.source import SourceKey
from tickers.request import AnalysisRequest

log = logging.getLogger("levelboard.alerts")


def draw_picture(source: SourceKey, symbol: str, person: str) -> tuple[Picture, ...]:
    """Return the picture of a ticker today, with the targets of `person`; (), and a line in the log, if it fails."""
    from exports.album import NO_PICTURES, PICTURE_FAILURES, PictureOptions, make_picture

    failures: tuple[type[Exception], ...] = (*PICTURE_FAILURES, *NO_PICTURES)
    try:
        made = make_picture(symbol, AnalysisRequest(source, person=person), PictureOptions())
    except failures as error:
        log.warning("An alert goes without its picture: %s", error)
        return ()
    return (Picture(made.file, made.png),)
