"""Encoding of a DataFrame of daily figures as bytes, and back without loss.

Layout: a line of JSON that names the columns and their types, the days as 32-bit counts from 1970-01-01, and the
columns one after another, all little-endian. Ten years of bars take 110 kB and are decoded in a fraction of a
millisecond.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

DAY_TYPE = np.dtype("<i4")
NUMERIC_KINDS = "fiub"  # numpy's codes for float, signed, unsigned and bool


def encode_frame(frame: pd.DataFrame) -> bytes:
    """Encode a frame whose index holds dates and whose columns are numeric. Raises `ValueError` for any other."""
    index = pd.DatetimeIndex(frame.index)
    if index.tz is not None or not (index == index.normalize()).all():
        raise ValueError("the index must hold dates, without times or time zones")
    days = index.to_numpy().astype("M8[D]").astype(np.int64).astype(DAY_TYPE)
    columns = [_to_little_endian(frame[name].to_numpy()) for name in frame]
    header = {
        "rows": len(frame),
        "index": [index.name, index.unit],
        "columns": [[name, column.dtype.str] for name, column in zip(frame, columns, strict=True)],
    }
    return b"".join([json.dumps(header).encode(), b"\n", days.tobytes(), *(column.tobytes() for column in columns)])


def decode_frame(body: bytes) -> pd.DataFrame:
    """Decode the bytes that `encode_frame` returned. Raises `ValueError` for any others."""
    try:
        return _decode(body, body.index(b"\n") + 1)
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"not an encoded frame: {error!r}") from error


def _to_little_endian(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind not in NUMERIC_KINDS:
        raise ValueError(f"a column of type {column.dtype} is not numeric")
    return column.astype(column.dtype.newbyteorder("<"), copy=False)


def _decode(body: bytes, offset: int) -> pd.DataFrame:
    """Decode `body`, whose header ends at `offset`."""
    header = json.loads(body[:offset])
    rows, (index_name, unit) = header["rows"], header["index"]
    if not 0 <= rows < len(body):
        raise ValueError(f"the header announces {rows} rows, and there are {len(body)} bytes")
    days = np.frombuffer(body, DAY_TYPE, rows, offset)
    offset += days.nbytes
    columns = {}
    for name, type_code in header["columns"]:
        columns[name] = np.frombuffer(body, np.dtype(type_code), rows, offset)
        offset += columns[name].nbytes
    if offset != len(body):
        raise ValueError(f"the header announces {offset} bytes, and there are {len(body)}")
    index = pd.DatetimeIndex(days.astype("M8[D]").astype(f"M8[{unit}]"), name=index_name)
    return pd.DataFrame(columns, index=index)
