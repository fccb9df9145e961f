"""``.npz`` files that are damaged, or made to do harm: each is a good file with one thing wrong."""

import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.errors import FileError
from convcli.storage.parameters.npz import read_npz
from tests.storage.refusals import assert_refused

FOUR = np.arange(4, dtype=np.float32)
MiB = 2**20
LOCAL, DIRECTORY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def npy(header: str, data: bytes = FOUR.tobytes(), version: bytes = b"\1\0") -> bytes:
    length = len(header).to_bytes(2 if version == b"\1\0" else 4, "little")
    return b"\x93NUMPY" + version + length + header.encode() + data


def described(descr: str = "'<f4'", order: str = "False", shape: str = "(4,)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


GOOD_NPY = npy(described())
GOOD = packed(("W1.npy", GOOD_NPY), ("b1.npy", GOOD_NPY))
DEFLATED = packed(("W1.npy", GOOD_NPY), method=zipfile.ZIP_DEFLATED)


def changed(
    data: bytes, record: bytes, offset: int, form: str, value: int, *, last: bool = False
) -> bytes:
    """The zip with one number of one record replaced."""
    place = (data.rindex if last else data.index)(record) + offset
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form) :]


def lied(data: bytes, offset: int, value: int, *, last: bool = False) -> bytes:
    """The zip with one number of a member replaced, in the directory and in front of it alike."""
    there = changed(data, DIRECTORY, offset, "<L", value, last=last)
    return changed(there, LOCAL, offset - 2, "<L", value, last=last)


def padded() -> bytes:
    """A deflated member behind so many blocks with nothing in them."""
    size = struct.unpack_from("<L", DEFLATED, DEFLATED.index(DIRECTORY) + 20)[0]
    start, padding = 30 + len("W1.npy"), b"\0\0\0\xff\xff" * 20_000
    longer = DEFLATED[:start] + padding + DEFLATED[start:]
    longer = lied(longer, 20, size + len(padding))
    return changed(longer, END, 16, "<L", DEFLATED.index(DIRECTORY) + len(padding))


def streamed() -> bytes:
    """Sizes and checksum behind each member, as when a zip is written into a pipe."""

    class Pipe(io.BytesIO):
        def tell(self) -> int:
            raise OSError("a pipe has no places")

    file = Pipe()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W1.npy", GOOD_NPY)
    return file.getvalue()


def one(header: str, data: bytes = FOUR.tobytes(), version: bytes = b"\1\0") -> bytes:
    return packed(("W1.npy", npy(header, data, version)))


def with_name(name: str) -> bytes:
    return packed((name, GOOD_NPY))


def overlapping() -> bytes:
    """A hundred members of the directory that share one local header, as some bombs do."""
    single = with_name("W1.npy")
    start = single.index(DIRECTORY)
    entry = single[start : single.index(END)]
    end = struct.pack("<4s4H2LH", END, 0, 0, 100, 100, 100 * len(entry), start, 0)
    return single[:start] + entry * 100 + end


def many(count: int) -> bytes:
    end = struct.pack("<4s4H2LH", END, 0, 0, count, count, 46 * count, 0, 0)
    entry = struct.pack("<4s6H3L5H2L", DIRECTORY, *[0] * 16)
    return entry * count + end


def bomb(size: int) -> bytes:
    header = described(shape=f"({size // 4},)")
    return packed(("W1.npy", npy(header, bytes(size))), method=zipfile.ZIP_DEFLATED)


def partly_deflated() -> bytes:
    """A mebibyte as it is and sixteen bytes deflated, so that no ratio is suspicious."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("W1.npy", npy(described(shape=f"({MiB // 4},)"), bytes(MiB)))
        archive.writestr("b1.npy", GOOD_NPY, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def behind_the_stream() -> bytes:
    """A deflated member with bytes behind the end of its stream, counted in its packed size."""
    packed_size = struct.unpack_from("<L", DEFLATED, DEFLATED.index(DIRECTORY) + 20)[0]
    end = 30 + len("W1.npy") + packed_size
    longer = DEFLATED[:end] + b"hidden" + DEFLATED[end:]
    for record, offset in [(LOCAL, 18), (DIRECTORY, 20)]:
        longer = changed(longer, record, offset, "<L", packed_size + 6)
    return changed(longer, END, 16, "<L", DEFLATED.index(DIRECTORY) + 6)


HEADERS = {
    "structured": (one(described("[('a', '<f4')]")), "W1: a header that describes no plain array"),
    "objects": (one(described("'|O'")), r"W1: dtype '\|O' is not read"),
    "objects of eight bytes": (one(described("'|O8'")), r"dtype '\|O8' is not read"),
    "booleans": (one(described("'|b1'"), bytes(4)), r"dtype '\|b1' is not read"),
    "complex": (one(described("'<c8'", shape="(2,)")), "dtype '<c8' is not read"),
    "texts": (one(described("'<U1'")), "dtype '<U1' is not read"),
    "void": (one(described("'|V4'")), r"dtype '\|V4' is not read"),
    "dates": (one(described("'<M8[s]'", shape="(2,)")), r"dtype '<M8\[s\]' is not read"),
    "native order": (one(described("'=f4'")), "dtype '=f4' is not read"),
    "a long dtype": (one(described(f"'{'f' * 50}'")), "describes no plain array"),
    "a call": (one(described("__import__('os').system('true')")), "describes no plain array"),
    "order as a number": (one(described(order="1")), "describes no plain array"),
    "a shape that is a list": (one(described(shape="[4]")), "describes no plain array"),
    "a shape in words": (one(described(shape="(four,)")), "describes no plain array"),
    "a zero in front": (one(described(shape="(04,)")), "describes no plain array"),
    "a negative shape": (one(described(shape="(-4,)")), "describes no plain array"),
    "a shape of floats": (one(described(shape="(4.0,)")), "describes no plain array"),
    "a shape without commas": (one(described(shape="(2 2)")), "describes no plain array"),
    "a shape of many digits": (one(described(shape=f"({'9' * 5000},)")), "no plain array"),
    "nine dimensions": (one(described(shape="(4,1,1,1,1,1,1,1,1)")), "an array of 9 dimensions"),
    "a huge shape": (one(described(shape="(999999999999,)")), "an array of more than 256 MiB"),
    "huge, but empty": (one(described(shape="(0, 999999999999)"), b""), "more than 256 MiB"),
    "a shape that overflows": (
        one(described(shape="(4294967296, 4294967296)")),
        "an array of more than 256 MiB",
    ),
    "a number for a shape": (one(described(shape="(4)")), "describes no plain array"),
    "a comma for a shape": (one(described(shape="(,)")), "describes no plain array"),
    "too large a shape": (one(described(shape="(5,)")), "16 bytes for an array of 20"),
    "too small a shape": (one(described(shape="(3,)")), "16 bytes for an array of 12"),
    "a key twice": (one(described().replace("}", "'shape': (4,)}")), "describes no plain array"),
    "a key too many": (one(described().replace("}", "'more': 1}")), "describes no plain array"),
    "a key too few": (one("{'descr': '<f4', 'shape': (4,)}"), "describes no plain array"),
    "brackets a thousand deep": (one("(" * 5000), "describes no plain array"),
    "minus a thousand times": (one(described(shape="-" * 5000 + "1")), "describes no plain array"),
    "no dictionary": (one("42"), "describes no plain array"),
    "an empty header": (one(""), "describes no plain array"),
    "a header of any bytes": (one("\0\x1b[2Jé"), "describes no plain array"),
    "a header of 4 GB": (
        packed(("W1.npy", b"\x93NUMPY\2\0\xff\xff\xff\xff" + bytes(50))),
        "a header of 4,294,967,295 bytes",
    ),
    "a header of 60 kB": (one(described() + " " * 60_000), "a header of 60,0"),
    "an unknown version": (one(described(), version=b"\4\0"), "not an array in NumPy's format"),
    "no magic": (packed(("W1.npy", b"PK" + GOOD_NPY)), "W1: not an array in NumPy's format"),
    "nothing": (packed(("W1.npy", b"")), "not an array in NumPy's format"),
    "trailing bytes": (packed(("W1.npy", GOOD_NPY + b"x")), "17 bytes for an array of 16"),
    "two arrays": (packed(("W1.npy", GOOD_NPY * 2)), "bytes for an array of 16"),
}

NAMES = {
    name: (with_name(name), message)
    for name, message in [
        ("../W1.npy", r"an array is named '\.\./W1'"),
        ("/W1.npy", "an array is named '/W1'"),
        ("a/W1.npy", "an array is named 'a/W1'"),
        ("C:\\W1.npy", r"an array is named 'C:"),
        ("W1", "'W1' in it is no .npy array"),
        ("W1.NPY", "'W1.NPY' in it is no .npy array"),
        ("archive/data.pkl", "'archive/data.pkl' in it is no .npy array"),
        ("README", "'README' in it is no .npy array"),
        ("folder/", "'folder/' in it is no .npy array"),
        (".npy", "an array is named ''"),
        ("W1\x1b[2J.npy", r"an array is named 'W1\\x1b\[2J'"),
        ("W1\n.npy", r"an array is named 'W1\\n'"),
        ("[red]W1.npy", r"an array is named '\[red\]W1'"),
        ("<script>.npy", "an array is named '<script>'"),
        ("가중치.npy", "an array is named"),
        ("a" * 65 + ".npy", "an array is named 'a+…a+'"),
        ("a" * 60_000 + ".npy", "an array is named 'a+…a+'|members"),
    ]
}

RECORDS = {
    "nothing": (b"", "too short for a zip"),
    "short": (LOCAL, "too short for a zip"),
    "text": (b"hello " * 100, "a zip without a directory at its end"),
    "an .npy": (GOOD_NPY, "a zip without a directory at its end"),
    "something before": (b"#!/bin/sh\n" + GOOD, "directory is not where it should be"),
    "something behind": (GOOD + b"x", "a zip without a directory at its end"),
    "a comment": (changed(GOOD, END, 20, "<H", 5) + b"hello", "without a directory at its end"),
    "a comment that is missing": (changed(GOOD, END, 20, "<H", 5), "without a directory"),
    "members that overlap": (overlapping(), "'W1.npy' is there twice"),
    "a member of the other's bytes": (
        changed(GOOD, DIRECTORY, 42, "<L", 0, last=True),
        "'b1.npy' does not follow what is in front of it",
    ),
    "a member beyond the file": (
        changed(GOOD, DIRECTORY, 42, "<L", 2**31),
        "'b1.npy' does not follow what is in front of it",
    ),
    "a member in the directory": (
        changed(GOOD, DIRECTORY, 42, "<L", GOOD.index(DIRECTORY)),
        "'b1.npy' does not follow what is in front of it",
    ),
    "a directory of another size": (changed(GOOD, END, 12, "<L", 40), "not where it should be"),
    "a directory beyond the file": (changed(GOOD, END, 16, "<L", 2**32 - 1), "not where it should"),
    "a member too many": (
        changed(changed(GOOD, END, 8, "<H", 3), END, 10, "<H", 3),
        "a zip that does not have its 3 members",
    ),
    "counted in two ways": (changed(GOOD, END, 10, "<H", 3), "directory is not where it should"),
    "several disks": (changed(GOOD, END, 4, "<H", 1), "directory is not where it should be"),
    "two thousand members": (many(2000), "a zip of 2,000 members"),
    "60,000 members": (many(60_000), "a zip of 60,000 members"),
    "a directory without its mark": (
        changed(GOOD, DIRECTORY, 0, "<L", 0),
        "a zip with a damaged directory",
    ),
    "a name beyond the directory": (
        changed(GOOD, DIRECTORY, 28, "<H", 65_535),
        "a zip that does not have its 2 members",
    ),
    "another name inside": (GOOD.replace(b"W1.npy", b"W2.npy", 1), "W1: its bytes in the zip"),
    "no local header": (changed(GOOD, LOCAL, 0, "<L", 0), "W1: its bytes in the zip"),
    "an extra field beyond the file": (
        changed(GOOD, LOCAL, 28, "<H", 65_535),
        "W1: its bytes in the zip",
    ),
    "padded with empty blocks": (padded(), "'W1.npy' is larger packed than unpacked"),
    "encrypted": (
        changed(changed(GOOD, LOCAL, 6, "<H", 1), DIRECTORY, 8, "<H", 1),
        "'W1.npy' is encrypted, or packed in an unusual way",
    ),
    "packed with bzip2": (packed(("W1.npy", GOOD_NPY), method=zipfile.ZIP_BZIP2), "unusual way"),
    "packed with lzma": (packed(("W1.npy", GOOD_NPY), method=zipfile.ZIP_LZMA), "unusual way"),
    "a name twice": (
        GOOD.replace(b"b1.npy", b"W1.npy"),
        "'W1.npy' is there twice",
    ),
    "two sizes": (changed(GOOD, DIRECTORY, 24, "<L", 999), "'W1.npy' has two sizes"),
    "a size of 64 bits": (changed(GOOD, DIRECTORY, 24, "<L", 2**32 - 1), "'W1.npy' has two sizes"),
    "a wrong checksum": (lied(GOOD, 16, 0), "W1: its bytes in the zip"),
    "changed contents": (
        GOOD.replace(FOUR.tobytes(), bytes(16), 1),
        "W1: its bytes in the zip",
    ),
    "deflated, a wrong checksum": (
        lied(DEFLATED, 16, 0),
        "W1: its bytes in the zip",
    ),
    "deflated, declared too small": (
        lied(DEFLATED, 24, len(GOOD_NPY) - 1),
        "15 bytes for an array of 16",
    ),
    "deflated, declared too large": (
        lied(DEFLATED, 24, len(GOOD_NPY) + 1),
        "17 bytes for an array of 16",
    ),
    "deflated, declared as a gigabyte": (
        lied(DEFLATED, 24, 2**30),
        r"\d+ bytes that unpack to 1,073,741,824",
    ),
    "deflated, too much in a large file": (
        lied(partly_deflated(), 24, 65 * MiB, last=True),
        r"1,\d+,\d+ bytes that unpack to 68,157,440; write it again with numpy\.savez",
    ),
    "deflated, no such stream": (
        DEFLATED.replace(DEFLATED[36:40], b"\xff\xff\xff\xff", 1),
        "W1: its bytes in the zip",
    ),
    "a bomb": (bomb(64 * MiB), r"\d+ bytes that unpack to 67,108,"),
    "a bomb that lies": (
        lied(bomb(8 * MiB), 24, 200),
        "W1: its bytes in the zip",
    ),
    "a bomb with a small header": (
        lied(
            packed(("W1.npy", GOOD_NPY + bytes(8 * MiB)), method=zipfile.ZIP_DEFLATED),
            24, len(GOOD_NPY),
        ),
        "W1: its bytes in the zip",
    ),
}  # fmt: skip

# Between the members, and twice for each: what the directory does not say is not read.
HARMLESS = {
    "a gap before the directory": changed(
        GOOD.replace(DIRECTORY, b"gap" + DIRECTORY, 1), END, 16, "<L", GOOD.index(DIRECTORY) + 3
    ),
    "a gap between members": changed(
        changed(
            GOOD.replace(LOCAL, b"LOCAL", 1).replace(LOCAL, b"gap" + LOCAL, 1)
            .replace(b"LOCAL", LOCAL), END, 16, "<L", GOOD.index(DIRECTORY) + 3,
        ), DIRECTORY, 42, "<L", GOOD.rindex(LOCAL) + 3, last=True,
    ),
    "another method inside": changed(GOOD, LOCAL, 8, "<H", 8),
    "another checksum inside": changed(GOOD, LOCAL, 14, "<L", 0),
    "another size inside": changed(DEFLATED, LOCAL, 22, "<L", 9),
    "sizes elsewhere, and nowhere": changed(
        changed(GOOD, LOCAL, 18, "<L", 2**32 - 1), LOCAL, 22, "<L", 2**32 - 1
    ),
    "another size behind it": changed(streamed(), b"PK\x07\x08", 12, "<L", 9),
    "deflated, behind the stream": behind_the_stream(),
}  # fmt: skip

ATTACKS = {
    f"{group}: {name[:20]!r}": attack
    for group, attacks in {"header": HEADERS, "name": NAMES, "record": RECORDS}.items()
    for name, attack in attacks.items()
}


def test_the_parts_make_good_files() -> None:
    for good in (GOOD, DEFLATED):
        assert read_npz(io.BytesIO(good)).arrays["W1"].tobytes() == FOUR.tobytes()
        with np.load(io.BytesIO(good)) as found:
            assert found["W1"].tobytes() == FOUR.tobytes()


@pytest.mark.parametrize(("data", "message"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused(data: bytes, message: str) -> None:
    assert_refused(read_npz, data, message)


@pytest.mark.parametrize("data", HARMLESS.values(), ids=HARMLESS)
def test_what_the_directory_does_not_say_is_not_read(data: bytes) -> None:
    found = read_npz(io.BytesIO(data)).arrays
    assert found
    assert all(array.tobytes() == FOUR.tobytes() for array in found.values())


def with_wide_directory() -> bytes:
    """A zip whose last bytes point to another directory, as in those of more than 4 GB."""
    start, end = GOOD.index(DIRECTORY), GOOD.index(END)
    other = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, end - start, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    # Both are hidden in the comment of the last member of the directory.
    hidden = changed(GOOD, DIRECTORY, 32, "<H", len(other + locator), last=True)
    hidden = hidden[:end] + other + locator + hidden[end:]
    return changed(hidden, END, 12, "<L", end - start + len(other + locator))


def test_a_second_directory_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(with_wide_directory())) as archive:
        assert archive.start_dir == GOOD.index(DIRECTORY)
    assert_refused(read_npz, with_wide_directory(), "directory is not where it should be")


@pytest.mark.parametrize("good", [GOOD, DEFLATED], ids=["stored", "deflated"])
def test_truncated_anywhere(good: bytes) -> None:
    for length in range(len(good)):
        with pytest.raises(FileError, match=r"too short for a zip|without a directory"):
            read_npz(io.BytesIO(good[:length]))


@settings(deadline=None, max_examples=300)
@given(
    good=st.sampled_from([GOOD, DEFLATED]),
    place=st.integers(0, len(GOOD) - 1),
    value=st.integers(0, 255),
)
def test_changed_byte_is_refused_or_harmless(good: bytes, place: int, value: int) -> None:
    """Only times, attributes and versions may change without being noticed."""
    data = bytearray(good)
    data[place % len(data)] = value
    try:
        found = read_npz(io.BytesIO(bytes(data))).arrays
    except FileError:
        return
    assert all(array.tobytes() == FOUR.tobytes() for array in found.values())
