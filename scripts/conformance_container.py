"""Makes ``tests/conformance/invalid/container``: a container for each way of not being one of ours.

Run it as ``python -m scripts.conformance_container``; it makes the same bytes everywhere.
What stands in the members doesn't matter: a rejected container is never read.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from scripts.zip_by_hand import (
    FULL16,
    FULL32,
    Member,
    archive,
    closed,
    deflated_zeros,
    zip64_end,
    zip64_locator,
)

FOLDER: Final = Path(__file__).parent.parent / "tests/conformance/invalid/container"
UNREADABLE: Final = 2
TEN_GIGABYTES: Final = 10 * 10**9

README = Member(b"README.txt", b"Not a bundle: one of the files that must be rejected.\n")
EVENTS = Member(b"events.jsonl", b'{"type":"run.started"}\n')
PARTS = Member(b"parts.jsonl", b'{"value":"B) Paris"}\n')
SOUND = archive([README, EVENTS, PARTS])
ASSET = b"assets/" + b"5e" * 32
BODY = b"".join(member.local_bytes() for member in (README, EVENTS, PARTS))
DIRECTORY = SOUND[len(BODY) : -22]
END = "end record"

UNICODE_PATH = struct.pack("<HHBI", 0x7075, 14, 1, zlib.crc32(EVENTS.name)) + b"other.txt"
UNIX_OWNER = struct.pack("<HHBBHBH", 0x7875, 7, 1, 2, 0, 2, 0)
NEEDLESS = struct.pack("<2H2Q", 1, 16, len(EVENTS.data), len(EVENTS.data))
DESCRIPTOR = struct.pack("<4I", 0x08074B50, zlib.crc32(EVENTS.data), *[len(EVENTS.data)] * 2)
DESCRIBED = {
    "both": {"flags": 8},
    "local": {"crc": 0, "packed": 0, "size": 0},
    "behind": DESCRIPTOR,
}
BOMB = {"packed": deflated_zeros(4000), "both": {"size": 9000}}


class Fixture(NamedTuple):
    """A bad file: its name says what is wrong; place and reason are those that a reader reports."""

    name: str
    place: str
    why: str
    content: bytes
    exit: int = 1


def changed(**fields: Any) -> bytes:
    """The sound container with this changed in ``events.jsonl``."""
    return archive([README, replace(EVENTS, **fields), PARTS])


def deflated(**fields: Any) -> bytes:
    """The same in the deflated profile."""
    members = README, replace(EVENTS, **fields), PARTS
    return archive([replace(member, method=8) for member in members])


def names() -> Iterator[Fixture]:
    """Names that are not on the closed list."""
    wrong = {
        "absolute-name": (b"/events.jsonl", "starts at the root of the file system"),
        "asset-digest-in-upper-case": (b"assets/" + b"5E" * 32 + b".png", "digests are lower case"),
        "asset-with-a-long-extension": (ASSET + b".markdowns", "1 to 8 characters"),
        "asset-without-extension": (ASSET, "an asset has an extension"),
        "backslash-in-name": (b"proof\\keys", "a folder on Windows, a file elsewhere"),
        "climbing-name": (b"../events.jsonl", "would be unpacked outside"),
        "climbing-name-inside": (b"assets/../events.jsonl", "climbs back"),
        "directory": (b"assets/", "folders have no entry"),
        "dot-in-path": (b"./events.jsonl", "another spelling of events.jsonl"),
        "double-slash": (b"proof//keys", "another spelling of proof/keys"),
        "drive-letter": (b"C:events.jsonl", "a drive of Windows"),
        "empty-name": (b"", "no name"),
        "look-alike-in-name": ("\u0435vents.jsonl".encode(), "begins with a Cyrillic letter"),
        "name-in-nfc": ("caf\u00e9.txt".encode(), "one of two spellings of a letter"),
        "name-in-nfd": ("cafe\u0301.txt".encode(), "one of two spellings of a letter"),
        "name-in-other-case": (b"Events.jsonl", "the same file where case does not count"),
        "name-not-in-utf-8": (b"\xff\xfe", "no text at all"),
        "name-with-line-feed": (b"events.jsonl\n", "what a sloppy pattern lets through"),
        "name-with-nul": (b"parts.jsonl\0.txt", "some readers stop at the NUL"),
        "name-with-space-behind": (b"parts.jsonl ", "the same file on Windows"),
        "section-4096": (b"sections/4096.jsonl", "the last one is 4095"),
        "section-with-leading-zero": (b"sections/00.jsonl", "another spelling of 0.jsonl"),
        "section-without-number": (b"sections/.jsonl", "a section has a number"),
        "unknown-member": (b"notes.txt", "not on the list"),
        "unknown-proof": (b"proof/extra.note", "not on the list"),
    }
    for what, (name, why) in wrong.items():
        yield Fixture(what, "member 3", why, archive([README, EVENTS, Member(name)]))


def order() -> Iterator[Fixture]:
    """Names of the list that are not in its order."""
    other = replace(EVENTS, data=b'{"type":"run.failed"}\n')
    asset, same = Member(ASSET + b".png"), Member(ASSET + b".jpg")
    tenth, second = Member(b"sections/10.jsonl"), Member(b"sections/2.jsonl")
    wrong = {
        "assets-out-of-order": ([README, asset, same], "assets ascend"),
        "duplicate-member": ([README, EVENTS, other], "two members of one name"),
        "duplicate-member-apart": ([EVENTS, PARTS, other], "two members of one name"),
        "members-out-of-order": ([README, PARTS, EVENTS], "events stand before parts"),
        "sections-out-of-order": ([README, tenth, second], "sections ascend by number"),
    }
    for what, (members, why) in wrong.items():
        yield Fixture(what, "member 3", why, archive(members))


def local_headers() -> Iterator[Fixture]:
    """Local headers that say something else than the central directory."""
    no_zip64 = {"local_extra": b"", "local": {"size32": 23, "packed32": 23}}
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "local-compressed-size-differs": ({"local": {"packed": 22}}, "one byte less"),
        "local-crc-differs": ({"local": {"crc": 1}}, "another CRC"),
        "local-extra-field-more": ({"local_more": UNIX_OWNER}, "an owner that we never write"),
        "local-flags-differ": ({"local": {"flags": 8}}, "a data descriptor, here alone"),
        "local-method-differs": ({"local": {"method": 8}}, "deflated here, stored there"),
        "local-name-differs": ({"local_name": b"parts2.jsonl"}, "another name of the same length"),
        "local-name-longer": ({"local_name": b"events.jsonl.exe"}, "another name"),
        "local-signature-wrong": ({"local": {"signature": 0x08074B50}}, "no local header there"),
        "local-size-differs": ({"local": {"size": 22}}, "one byte less"),
        "local-sizes-in-32-bits": (no_zip64, "we always state them in 64 bits"),
        "local-time-differs": ({"local": {"time": 1}}, "another time"),
        "local-unicode-path": ({"local_more": UNICODE_PATH}, "renames the member"),
        "local-version-differs": ({"local": {"needed": 20}}, "another version"),
    }
    for what, (fields, why) in wrong.items():
        yield Fixture(what, "events.jsonl: local header", why, changed(**fields))


def central_headers() -> Iterator[Fixture]:
    """Headers that agree with each other, but that we would not write."""
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "central-unicode-path": ({"central_extra": UNICODE_PATH}, "renames the member"),
        "central-zip64-needless": ({"central_extra": NEEDLESS}, "sizes fit into 32 bits"),
        "data-descriptor": (DESCRIBED, "sizes behind the data"),
        "date-of-today": ({"both": {"date": 23927}}, "a time makes other bytes of the same run"),
        "directory-attributes": ({"central": {"external": 0o40755 << 16 | 16}}, "a folder"),
        "encrypted": ({"both": {"flags": 1}}, "needs a password"),
        "encrypted-directory": ({"both": {"flags": 1 << 13}}, "masked local headers"),
        "executable-attributes": ({"central": {"external": 0o100755 << 16}}, "a program"),
        "internal-attributes": ({"central": {"internal": 1}}, "text with other line ends"),
        "made-on-dos": ({"central": {"made_by": 45}}, "made by another system"),
        "member-comment": ({"comment": b"trust me"}, "room for words that no digest covers"),
        "member-on-another-disk": ({"central": {"disk": 1}}, "one file is one disk"),
        "method-aes": ({"method": 99}, "encrypted"),
        "method-bzip2": ({"method": 12}, "neither stored nor deflated"),
        "method-deflate64": ({"method": 9}, "neither stored nor deflated"),
        "method-zstd": ({"method": 93}, "neither stored nor deflated"),
        "methods-mixed": ({"method": 8}, "all members use one method"),
        "offset-beyond-the-file": ({"central": {"offset": 2**31}}, "points nowhere"),
        "overlapping-members": ({"central": {"offset": 0}}, "points to the member before"),
        "size-of-stored-data-differs": ({"both": {"size": 10**10}}, "stored is as long as it is"),
        "symlink": ({"central": {"external": 0o120777 << 16}}, "a link, its target the data"),
        "utf8-flag": ({"both": {"flags": 1 << 11}}, "all names are ASCII"),
        "version-needed-differs": ({"both": {"needed": 20}}, "always 45"),
    }
    for what, (fields, why) in wrong.items():
        yield Fixture(what, "events.jsonl: central header", why, changed(**fields))


def gaps() -> Iterator[Fixture]:
    """Bytes that belong to no member, and members that share bytes."""
    stub = b"#!/bin/sh\nexit 0\n"
    first, after = "README.txt: central header", "parts.jsonl: central header"
    hidden = replace(EVENTS, behind=Member(b"parts.jsonl").local_bytes())
    kernel = Member(b"README.txt", bytes(1 + 258 * 400), 8, deflated_zeros(400))
    quotes = [kernel, *(replace(kernel, name=b"sections/%d.jsonl" % n) for n in range(20))]
    listed = b"".join(quote.central_bytes(0) for quote in quotes)
    quoted, bomb = "sections/0.jsonl: central header", closed(kernel.local_bytes(), listed, 21)
    gap = replace(PARTS, behind=b"gap")
    long = replace(PARTS, both={"packed": 99, "size": 99})
    rows = [
        ("data-before", first, "a program in front", archive([README], before=stub)),
        ("data-prepended", END, "a program in front", stub + SOUND),
        ("data-between-members", after, "a gap", changed(behind=b"gap")),
        ("hidden-member", after, "not in the directory", archive([README, hidden, PARTS])),
        ("data-before-directory", f"offset {len(BODY)}", "a gap", archive([README, EVENTS, gap])),
        ("data-behind-directory", END, "a gap", closed(BODY, DIRECTORY, 3, b"gap")),
        ("data-appended", END, "bytes that nobody looks at", SOUND + b"appended"),
        ("archive-appended", END, "two containers; which is read?", SOUND + archive([PARTS])),
        ("archive-comment", END, "a comment", closed(BODY, DIRECTORY, 3, comment=8) + b"trust me"),
        ("comment-length-wrong", END, "no comment there", closed(BODY, DIRECTORY, 3, comment=8)),
        ("two-end-records", END, "which one counts?", SOUND + SOUND[-22:]),
        ("overlapping-bomb", quoted, "20 members share the data of one", bomb),
        ("data-reach-into-directory", "parts.jsonl", "too long", archive([README, EVENTS, long])),
    ]
    yield from (Fixture(*row) for row in rows)


def end_records() -> Iterator[Fixture]:
    """Directory and end records that don't agree with the file."""
    size, offset = len(DIRECTORY), len(BODY)
    zip64 = zip64_end(3, size, offset) + zip64_locator(offset + size)
    astray = zip64_end(3, size, offset) + zip64_locator(0)
    endless = zip64_end(2**64 - 1, size, offset) + zip64_locator(offset + size)
    full = {"here": FULL16, "members": FULL16, "size": FULL32, "offset": FULL32}
    directory = "central directory"
    rows: list[tuple[str, str, str, bytes, dict[str, int]]] = [
        ("disk-number", END, "one file is one disk", b"", {"disk": 1}),
        ("disk-of-the-directory", END, "one file is one disk", b"", {"first_disk": 1}),
        ("members-on-disk-differ", END, "one file is one disk", b"", {"here": 2}),
        ("fewer-members-stated", directory, "one too few", b"", {"here": 2, "members": 2}),
        ("more-members-stated", "member 4", "one too many", b"", {"here": 4, "members": 4}),
        ("directory-size-wrong", END, "one byte too few", b"", {"size": size - 1}),
        ("directory-size-huge", END, "more than the file", b"", {"size": 2**31}),
        ("directory-offset-wrong", END, "one byte early", b"", {"offset": offset - 1}),
        ("directory-offset-huge", END, "beyond the file", b"", {"offset": 2**31}),
        ("zip64-needless", END, "everything fits without", zip64, {}),
        ("zip64-needless-and-used", END, "everything fits without", zip64, full),
        ("zip64-locator-astray", END, "points elsewhere (CVE-2025-8291)", astray, full),
        ("zip64-members-endless", END, "2^64 - 1 members", endless, full),
        ("zip64-missing", "ZIP64 end record", "announced, and not there", b"", full),
    ]
    for what, place, why, behind, end in rows:
        yield Fixture(what, place, why, closed(BODY, DIRECTORY, 3, behind, **end))
    cut = closed(b"PK\6\6", b"", 3, b"", **full)
    yield Fixture("zip64-end-record-cut", "ZIP64 end record", "4 of its 76 bytes", cut)


def data() -> Iterator[Fixture]:
    """Data that are not of the size and CRC that the headers agree on."""
    huge = {"size": TEN_GIGABYTES}
    stored = Member(b"README.txt", b"", both={**huge, "packed": TEN_GIGABYTES})
    wrap = replace(stored, both={"size": 2**64 - 1, "packed": 2**64 - 1})
    alone = Member(b"README.txt", b"", 8, both=huge)
    text = EVENTS.data
    block = replace(EVENTS, method=8).content()
    header, place = "README.txt: central header", "events.jsonl: data"
    rows = [
        ("ten-gigabytes-stated", "README.txt", "stored", archive([stored])),
        ("ten-gigabytes-stated-deflated", header, "no deflate does that", archive([alone])),
        ("size-wraps-around", "README.txt", "2^64 - 1 bytes", archive([wrap])),
        ("crc-wrong", place, "not these bytes", changed(both={"crc": 1})),
        ("deflated-crc-wrong", place, "not these bytes", deflated(both={"crc": 1})),
        ("deflate-bomb", place, "1 MB instead of 9 KB", deflated(**BOMB)),
        ("deflate-ends-early", place, "no last block", deflated(packed=b"\0" + block[1:])),
        ("deflate-gives-less", place, "one byte less", deflated(both={"size": len(text) + 1})),
        ("deflate-gives-more", place, "one byte more", deflated(both={"size": len(text) - 1})),
        ("deflate-cut", place, "half of the stream", deflated(packed=block[:12])),
        ("deflate-not-one", place, "no deflate stream", deflated(packed=b"\7" + text)),
        ("deflate-with-bytes-behind", place, "hidden data", deflated(packed=block + b"hidden")),
        ("deflate-twice", place, "two streams", deflated(packed=block * 2)),
        ("deflate-in-zlib", place, "has a zlib header", deflated(packed=b"\x78\x9c" + block)),
    ]
    yield from (Fixture(*row) for row in rows)


def unreadable() -> Iterator[Fixture]:
    """Files that are no ZIP file, or only the beginning of one."""
    gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0"
    rows = [
        ("empty-file", "no bytes", b""),
        ("not-a-zip", "plain text", b"Dear auditor, the bundle will follow.\n"),
        ("gzip", "another kind of compressed file", gzip),
        ("one-byte", "the first letter", SOUND[:1]),
        ("truncated-in-data", "the download stopped", SOUND[:100]),
        ("truncated-in-directory", "the download stopped", SOUND[: len(BODY) + 50]),
        ("truncated-in-end-record", "the last byte is missing", SOUND[:-1]),
    ]
    for what, why, content in rows:
        yield Fixture(what, "", why, content, UNREADABLE)


def files() -> dict[str, bytes]:
    """All files of the folder: name to content."""
    groups = names, order, local_headers, central_headers, gaps, end_records, data, unreadable
    made: dict[str, bytes] = {}
    for fixture in (fixture for group in groups for fixture in group()):
        told = {"check": "container", "exit": fixture.exit, "place": fixture.place}
        line = json.dumps({**told, "why": fixture.why}) + "\n"
        made[f"{fixture.name}.eval752.zip"] = fixture.content
        made[f"{fixture.name}.json"] = line.encode("ascii")
    return made


def main() -> None:
    """Write the folder anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
