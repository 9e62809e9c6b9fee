"""What stands beside the progress of a watchlist that is gathered."""

from __future__ import annotations

import pytest

from ui.loading.batch_run import queue_phrase


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        (0, ""),
        (1, ", 1 question waits until Yahoo may be asked again"),
        (3, ", 3 questions wait until Yahoo may be asked again"),
    ],
)
def test_the_queue_says_its_length(questions: int, words: str) -> None:
    assert queue_phrase(questions) == words
