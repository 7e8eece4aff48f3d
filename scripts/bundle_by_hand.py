"""Builds a bundle's members, sums, signature and container from a recording, in the plainest way.

Shares nothing with ``domain``: a second writing of the format, by which the verifier is tested. Not
here: what is wrong in which file.
"""

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts.recording_by_hand import ORIGIN, Recording, Written, canonical, digest, root, write
from scripts.views_by_hand import Hidden, Seen, views
from scripts.zip_by_hand import Member, archive

_DOCUMENT: Final = (Path(__file__).parent.parent / "docs/format.md").read_text("utf-8")
README, ITEM_README = (
    text.encode() for text in re.findall(r"```text\n(.*?)```", _DOCUMENT, re.DOTALL)[-2:]
)
SUMS, NOTE, KEYS, MANIFEST = "SHA256SUMS", "proof/bundle.note", "proof/keys", "manifest.json"

_ORDER: Final = (
    *("README.txt", "events.jsonl", "parts.jsonl", "inclusion.jsonl", "assets", "meta.json"),
    "run_config.json",
    *("sections", "results.jsonl", "summary.json", MANIFEST, SUMS, "proof"),
)

Members = dict[str, bytes]


@dataclass(frozen=True)
class Signer:
    """A key that follows from the seed, and the name that it signs under."""

    name: str = ORIGIN
    seed: str = "the key of archive-7f3a"

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key."""
        return Ed25519PrivateKey.from_private_bytes(sha256(self.seed.encode()).digest())

    @property
    def typed_key(self) -> bytes:
        """The algorithm's byte and the public key."""
        return b"\x01" + self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """The first bytes of the digest of name and key."""
        return sha256(self.name.encode() + b"\n" + self.typed_key).digest()[:4]

    @property
    def verifier_key(self) -> str:
        """The line of ``proof/keys``, without its LF."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.typed_key).decode()}"

    def line(self, text: bytes) -> bytes:
        """The signature line over a text."""
        data = b64encode(self.key_id + self.private.sign(text)).decode()
        return f"— {self.name} {data}\n".encode()

    def note(self, text: bytes) -> bytes:
        """The text with its signature."""
        return text + b"\n" + self.line(text)


ARCHIVE: Final = Signer()


class Shown:
    """What of a recording is disclosed, withheld and erased."""

    def __init__(self, written: Sequence[Written], withheld: Collection[str]) -> None:
        implied = {"request", "original"} if "question" in withheld else {"original"}
        self._erased = _named(written, "part.erased")
        self._reserved = _named(written, "part.withheld")
        self.withheld = {*withheld, *implied} if withheld or self._reserved else set[str]()

    def status(self, event: Written, kind: str) -> str:
        """What became of a part."""
        if (event.stream, event.version, kind) in self._erased:
            return "erased"
        if kind in self.withheld:
            return "withheld"
        is_reserved = (event.stream, event.version, kind) in self._reserved
        return "withheld by an event" if is_reserved else "disclosed"

    def kinds(self, event: Written, status: str) -> Iterator[str]:
        """The kinds of an event's parts of which this became."""
        return (kind for kind in event.parts if self.status(event, kind) == status)

    def seen(self, event: Written) -> Seen:
        """The event as a reader sees it."""
        values: dict[str, Any] = {}
        for kind, part in event.parts.items():
            status = self.status(event, kind)
            hidden = Hidden(status.split()[0], event.digests[kind])
            values[kind] = part.value if status == "disclosed" else hidden
        return Seen(event.type, event.facts, values)


def _named(written: Sequence[Written], by: str) -> set[tuple[str, int, str]]:
    """The parts that events of this type name."""
    events = (each for each in written if each.type == by)
    return {(each.stream, each.facts["target"], each.facts["kind"]) for each in events}


def build(
    recording: Recording,
    withhold: Collection[str] = (),
    assets: Mapping[str, bytes] | None = None,
    like: Recording | None = None,
) -> Members:
    """The members of a bundle up to the manifest.

    ``like`` is what remains of a recording without the events that may not stand there: views, and
    what the manifest says of items and results, follow from it.
    """
    written = write(recording)
    shown = Shown(written, withhold)
    made = views([*map(shown.seen, written if like is None else write(like))])
    disclosed = [(each, kind) for each in written for kind in shown.kinds(each, "disclosed")]
    names = {name for each, kind in disclosed for name in each.parts[kind].assets}
    contents = {f"assets/{name}": (assets or {})[name] for name in sorted(names)}
    members = {
        "README.txt": README,
        "events.jsonl": b"".join(each.line + b"\n" for each in written),
        "parts.jsonl": b"".join(each.part_lines[kind] + b"\n" for each, kind in disclosed),
        **contents,
        **made,
    }
    return {**members, MANIFEST: canonical(_manifest(recording, written, shown, members)) + b"\n"}


def _manifest(
    recording: Recording, written: Sequence[Written], shown: Shown, members: Members
) -> dict[str, Any]:
    lines = {name: data.count(b"\n") for name, data in members.items()}
    sections: list[dict[str, Any]] = [
        {"items": count, "member": name}
        for name, count in lines.items()
        if name.startswith("sections/")
    ]
    erased, withheld, reserved = (
        Counter(kind for each in written for kind in shown.kinds(each, status))
        for status in ("erased", "withheld", "withheld by an event")
    )
    return {
        "counts": {
            "assets": sum(name.startswith("assets/") for name in members),
            "events": len(written),
            "items": sum(lines[section["member"]] for section in sections),
            "parts": lines["parts.jsonl"],
            "results": lines.get("results.jsonl", 0),
        },
        "erased": erased,
        "format": "eval752-bundle",
        "kind": recording[-1].name.partition("/")[0],
        "sections": sections,
        "streams": [_end(stream.name, stream.origin, written) for stream in recording],
        "version": 1,
        "withheld": {kind: withheld[kind] for kind in shown.withheld},
        **({"withheld_parts": reserved} if reserved else {}),
    }


def _end(stream: str, origin: str, written: Sequence[Written]) -> dict[str, Any]:
    lines = [each.line for each in written if each.stream == stream]
    return {"origin": origin, "root": root(lines), "size": len(lines), "stream": stream}


def sums(members: Members) -> bytes:
    """``SHA256SUMS`` for these members."""
    covered = (name for name in members if name != SUMS and not name.startswith("proof/"))
    return "".join(f"{digest(members[name])}  {name}\n" for name in covered).encode()


def note_text(members: Members, signer: str = ORIGIN) -> bytes:
    """The text that an archive signs of these members."""
    streams = json.loads(members[MANIFEST])["streams"]
    ends = (f"{end['stream']} {end['size']} {end['root']}" for end in streams)
    return "\n".join(["eval752 bundle", signer, digest(members[SUMS]), *ends, ""]).encode()


def ordered(members: Members) -> Members:
    """These members in the order of the format, section 7."""

    def place(name: str) -> tuple[int, int, str]:
        folder, _, rest = name.rpartition("/")
        ordinal = int(rest.removesuffix(".jsonl")) if folder == "sections" else 0
        return _ORDER.index(folder or name), ordinal, "" if folder == "sections" else name

    return {name: members[name] for name in sorted(members, key=place)}


def summed(members: Members) -> Members:
    """These members with new sums and without proofs."""
    covered = {name: data for name, data in members.items() if not name.startswith("proof/")}
    covered.pop(SUMS, None)
    return {**ordered(covered), SUMS: sums(ordered(covered))}


def signed(members: Members, signer: Signer = ARCHIVE) -> Members:
    """These members with a signature by this key."""
    note = signer.note(note_text(members, signer.name))
    return {**members, NOTE: note, KEYS: f"{signer.verifier_key}\n".encode()}


def closed(members: Members) -> Members:
    """These members with new sums and a new signature, as if they had been written like that."""
    return signed(summed(members))


def with_json(members: Members, name: str, edit: Callable[[Any], object]) -> Members:
    """These members with another document in one of them; ``edit`` changes it in place."""
    document = json.loads(members[name])
    edit(document)
    return {**members, name: canonical(document) + b"\n"}


def container(members: Members, method: int = 0) -> bytes:
    """The members in a ZIP file."""
    return archive([Member(name.encode(), data, method) for name, data in members.items()])
