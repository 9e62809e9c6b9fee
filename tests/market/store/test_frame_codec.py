"""Bytes that are no frame are refused, whatever they are; those of a frame are pinned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from market.store.frame_codec import decode_frame, encode_frame

FRAME = pd.DataFrame(
    {"close": [14.75, 16.75], "volume": np.array([1000, 2**62])},
    index=pd.DatetimeIndex(["2025-11-21", "2025-11-24"], name="date").as_unit("s"),
)
BYTES = (
    b'{"rows": 2, "index": ["date", "s"], "columns": [["close", "<f8"], ["volume", "<i8"]]}\n'
    b"\xbdO\x00\x00\xc0O\x00\x00"
    b"\x00\x00\x00\x00\x00\x80-@\x00\x00\x00\x00\x00\xc00@"
    b"\xe8\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00@"
)


def test_the_bytes_of_a_frame() -> None:
    """What older stores hold: these bytes mean this frame for good."""
    assert encode_frame(FRAME) == BYTES
    pd.testing.assert_frame_equal(decode_frame(BYTES), FRAME, check_exact=True)


def test_figures_of_the_other_byte_order() -> None:
    assert encode_frame(FRAME.astype({"close": ">f8"})) == BYTES


@pytest.mark.parametrize(
    "frame",
    [
        FRAME.set_axis(FRAME.index.tz_localize("UTC")),
        FRAME.set_axis(FRAME.index + pd.Timedelta(hours=1)),
        FRAME.set_axis(pd.DatetimeIndex(["2025-11-21", pd.NaT])),
        FRAME.astype({"close": object}),
        FRAME.astype({"close": str}),
    ],
    ids=["zone", "hour", "no day", "objects", "text"],
)
def test_what_is_no_frame_of_daily_figures(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"must be days|not one of numbers"):
        encode_frame(frame)


@given(st.binary(max_size=200))
@example(b'{"rows": -1, "index": ["date", "s"], "columns": []}\n')
@example(b'{"rows": 1e400, "index": ["date", "s"], "columns": []}\n')
@example(b'{"rows": 99999999999999999999999, "index": ["date", "s"], "columns": []}\n')
@example(b'{"rows": 1, "index": ["date", "parsec"], "columns": []}\n1234')
@example(b'{"rows": 1, "index": ["date", "s"], "columns": [["x", "O"]]}\n123412345678')
@example(b"[]\n")
def test_any_bytes_are_a_frame_or_refused(body: bytes) -> None:
    try:
        decode_frame(body)
    except ValueError:
        return


@given(at=st.integers(0, len(BYTES) - 1), byte=st.integers(0, 255), cut=st.integers(0, len(BYTES)))
def test_a_frame_that_was_damaged(at: int, byte: int, cut: int) -> None:
    damaged = bytearray(BYTES)
    damaged[at] = byte
    for body in (bytes(damaged), BYTES[:cut]):
        try:
            decode_frame(body)
        except ValueError:
            continue
