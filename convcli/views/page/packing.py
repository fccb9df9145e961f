"""Arrays as text inside of a page, and texts that cannot leave the element they stand in."""

import base64
import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_KEPT = ("uint8", "float64")
_LEVEL = 9


def packed(array: Array) -> dict[str, Any]:
    """The exact numbers of an array, little endian, deflated (RFC 1950), in base64.

    Bytes and float64 stay what they are. All else is float32: the engine computes in it, and a
    float16 number is a float32 number too.

    Returns:
        ``shape``, ``type`` (``uint8``, ``float32`` or ``float64``) and ``data``.

    >>> packed(np.array([0, 255], np.uint8))
    {'shape': [2], 'type': 'uint8', 'data': 'eNpj+A8AAQEBAA=='}
    """
    kind = array.dtype.name if array.dtype.name in _KEPT else "float32"
    numbers = np.ascontiguousarray(array, np.dtype(kind).newbyteorder("<"))
    data = base64.b64encode(zlib.compress(numbers.tobytes(), _LEVEL)).decode("ascii")
    return {"shape": list(array.shape), "type": kind, "data": data}


def script_json(value: Any) -> str:
    r"""A value of JSON as text that is safe between the tags of a ``script`` element.

    Only ``<`` can end such an element or begin a comment in it; inside of JSON it stands in strings
    alone, where its escape means the same.

    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
