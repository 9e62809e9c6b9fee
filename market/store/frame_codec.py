"""A frame of daily figures as bytes, and back without loss.

A line of JSON that names the columns and their types, then the days as 32-bit counts from 1970-01-01, then the columns
one after another, all little-endian. Ten years of bars are 110 kB and read in a fraction of a millisecond.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

DAY = np.dtype("<i4")


def encode_frame(frame: pd.DataFrame) -> bytes:
    """The bytes of a frame whose index are days and whose columns are numbers. Raises `ValueError` for another."""
    index = pd.DatetimeIndex(frame.index)
    if index.tz is not None or not (index == index.normalize()).all():
        raise ValueError("the index must be days, without a time and without a zone")
    days = index.to_numpy().astype("M8[D]").astype(np.int64).astype(DAY)
    columns = [_little_endian(frame[name].to_numpy()) for name in frame]
    header = {
        "rows": len(frame),
        "index": [index.name, index.unit],
        "columns": [[name, column.dtype.str] for name, column in zip(frame, columns, strict=True)],
    }
    return b"".join([json.dumps(header).encode(), b"\n", days.tobytes(), *(column.tobytes() for column in columns)])


def _little_endian(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind not in "fiub":
        raise ValueError(f"a column of {column.dtype} is not one of numbers")
    return column.astype(column.dtype.newbyteorder("<"), copy=False)


def decode_frame(body: bytes) -> pd.DataFrame:
    """The frame of `packed`. Raises `ValueError` where the bytes are not one."""
    try:
        return _frame(body, body.index(b"\n") + 1)
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"no frame of daily figures: {error!r}") from error


def _frame(body: bytes, at: int) -> pd.DataFrame:
    header = json.loads(body[:at])
    rows, (name, unit) = header["rows"], header["index"]
    if not 0 <= rows < len(body):
        raise ValueError(f"{rows} rows in {len(body)} bytes")
    days = np.frombuffer(body, DAY, rows, at)
    at += days.nbytes
    columns = {}
    for column, kind in header["columns"]:
        columns[column] = np.frombuffer(body, np.dtype(kind), rows, at)
        at += columns[column].nbytes
    if at != len(body):
        raise ValueError(f"{len(body)} bytes where {at} were announced")
    index = pd.DatetimeIndex(days.astype("M8[D]").astype(f"M8[{unit}]"), name=name)
    return pd.DataFrame(columns, index=index)
