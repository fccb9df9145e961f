"""Formats that parameters often come in and that are not read: what a file is, and the way here."""

from typing import NamedTuple

STATE_RECORD = "convcli.state.json"
"""The first member of a training's state, which is a zip as well."""

_TORCH = "a PyTorch file"
_TORCH_HINT = "save its state_dict with safetensors.torch.save_file"
_TORCH_BEFORE_1_6 = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"

# An ONNX file is a protocol buffer. Its first field is the version of the format, a small number;
# then comes one of the fields that a model has: a text, the graph or the operator sets.
_ONNX_VERSIONS = range(1, 32)
_ONNX_FIELDS = b"\x12\x1a\x22\x28\x32\x3a\x42"


class UnreadFormat(NamedTuple):
    """What a file is, and what to do with it instead."""

    name: str
    hint: str


_BEGINNINGS = {
    b"\x93NUMPY": UnreadFormat(
        "a single array (.npy)", "numpy.savez writes arrays with their names"
    ),
    b"\x89HDF\r\n": UnreadFormat(
        "an HDF5 file, perhaps of Keras", "write its arrays with numpy.savez"
    ),
    _TORCH_BEFORE_1_6: UnreadFormat(_TORCH, _TORCH_HINT),
    b"\x1f\x8b": UnreadFormat("packed with gzip", "unpack it first"),
}


def unread_format_of(beginning: bytes) -> UnreadFormat | None:
    """The format of a file that is not read, told from its first kilobyte; None for any other.

    >>> unread_format_of(b"\\x08\\x0a\\x12\\x07pytorch").name
    'an ONNX file'
    """
    for magic, known in _BEGINNINGS.items():
        if beginning.startswith(magic):
            return known
    if beginning.startswith(b"PK"):
        return _kind_of_zip(beginning)
    # A safetensors file begins with a length, of which these four bytes are zero.
    if _is_onnx(beginning) and beginning[4:8] != bytes(4):
        return UnreadFormat("an ONNX file", "write its initializers with numpy.savez")
    return None


def _kind_of_zip(beginning: bytes) -> UnreadFormat | None:
    # The name of the first member stands here in every zip.
    if beginning[30:].startswith(STATE_RECORD.encode()):
        return UnreadFormat("the state of a training", "'convcli train --resume' goes on with it")
    if b"/data.pkl" in beginning:
        return UnreadFormat(_TORCH, _TORCH_HINT)
    if b"metadata.json" in beginning and b"keras" in beginning:
        return UnreadFormat("a Keras file", "write its weights with numpy.savez")
    return None


def _is_onnx(beginning: bytes) -> bool:
    return (
        len(beginning) > 2
        and beginning[0] == 0x08
        and beginning[1] in _ONNX_VERSIONS
        and beginning[2] in _ONNX_FIELDS
    )
