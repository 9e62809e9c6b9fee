"""The encoding of a frame is pinned, and bytes that are not an encoded frame are refused, whatever they are."""

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
ENCODED = (
    b'{"rows": 2, "index": ["date", "s"], "columns": [["close", "<f8"], ["volume", "<i8"]]}\n'
    b"\xbdO\x00\x00\xc0O\x00\x00"
    b"\x00\x00\x00\x00\x00\x80-@\x00\x00\x00\x00\x00\xc00@"
    b"\xe8\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00@"
)


def test_encoding_of_a_frame_never_changes() -> None:
    """Existing stores hold these bytes."""
    assert encode_frame(FRAME) == ENCODED
    pd.testing.assert_frame_equal(decode_frame(ENCODED), FRAME, check_exact=True)


def test_big_endian_figures_are_encoded_as_little_endian() -> None:
    assert encode_frame(FRAME.astype({"close": ">f8"})) == ENCODED


@pytest.mark.parametrize(
    "frame",
    [
        FRAME.set_axis(FRAME.index.tz_localize("UTC")),
        FRAME.set_axis(FRAME.index + pd.Timedelta(hours=1)),
        FRAME.set_axis(pd.DatetimeIndex(["2025-11-21", pd.NaT])),
        FRAME.astype({"close": object}),
        FRAME.astype({"close": str}),
    ],
    ids=["time zone", "time of day", "missing date", "objects", "text"],
)
def test_frame_that_does_not_hold_daily_figures_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"must hold dates|is not numeric"):
        encode_frame(frame)


@given(st.binary(max_size=200))
@example(b'{"rows": -1, "index": ["date", "s"], "columns": []}\n')
@example(b'{"rows": 1e400, "index": ["date", "s"], "columns": []}\n')
@example(b'{"rows": 99999999999999999999999, "index": ["date", "s"], "columns": []}\n')
@example(b'{"rows": 1, "index": ["date", "parsec"], "columns": []}\n1234')
@example(b'{"rows": 1, "index": ["date", "s"], "columns": [["x", "O"]]}\n123412345678')
@example(b"[]\n")
def test_arbitrary_bytes_are_decoded_or_refused(body: bytes) -> None:
    try:
        decode_frame(body)
    except ValueError:
        return


@given(at=st.integers(0, len(ENCODED) - 1), byte=st.integers(0, 255), cut=st.integers(0, len(ENCODED)))
def test_damaged_bytes_are_decoded_or_refused(at: int, byte: int, cut: int) -> None:
    damaged = bytearray(ENCODED)
    damaged[at] = byte
    for body in (bytes(damaged), ENCODED[:cut]):
        try:
            decode_frame(body)
        except ValueError:
            continue
