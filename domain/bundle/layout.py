"""The closed list of a bundle's members, their order and limits (format, 3, 4, 7, 8, 11, 14).

Not here: what stands in a member, which members a bundle must have, and zip.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from domain.bundle.members import ContainerRejected
from domain.syntax import MAX_SECTIONS

README: Final = "README.txt"
EVENTS: Final = "events.jsonl"
PARTS: Final = "parts.jsonl"
INCLUSION: Final = "inclusion.jsonl"
ASSETS: Final = "assets/"
META: Final = "meta.json"
RUN_CONFIG: Final = "run_config.json"
SECTIONS: Final = "sections/"
RESULTS: Final = "results.jsonl"
SUMMARY: Final = "summary.json"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
PROOF: Final = "proof/"
ATTESTATION: Final = "proof/attestation.json"
NOTE: Final = "proof/bundle.note"
KEYS: Final = "proof/keys"
SEAL_PROOF: Final = "proof/seal.tlog-proof"
TIMESTAMPS: Final = tuple(f"proof/timestamp-{number}.tsr" for number in range(1, 17))

ORDER: Final = (
    *(README, EVENTS, PARTS, INCLUSION, ASSETS, META, RUN_CONFIG, SECTIONS),
    *(RESULTS, SUMMARY, MANIFEST, SUMS),
    *(ATTESTATION, NOTE, KEYS, SEAL_PROOF, *TIMESTAMPS),
)
"""Every member, as it stands in a bundle; a folder stands for all of its members."""

MAX_PART_BYTES: Final = 8 * 2**20
MAX_MANIFEST_BYTES: Final = 8 * 2**20
MAX_PROOF_BYTES: Final = 64 * 2**10
MAX_MEMBERS: Final = 10_000_000

WITHHELD_WITH: Final[Mapping[str, frozenset[str]]] = {"question": frozenset({"request"})}
"""What would show a withheld kind all the same, and goes with it (format, 8.2)."""
WITHHELD_WITH_ANY: Final = frozenset({"original"})

README_TEXT: Final = """\
This is an eval_752 evidence bundle: one LLM evaluation run (or one dataset), as it was recorded.

events.jsonl   what happened, one event a line        parts.jsonl   the content, one part a line
sections/      the dataset items                      results.jsonl the response and score of each item
summary.json   totals and means                       manifest.json what this bundle is and leaves out
SHA256SUMS     digests of all of these                proof/        signature of the bundle digest

To check that nothing changed since it was written, unzip it and run:  sha256sum --check SHA256SUMS
The SHA-256 of the file SHA256SUMS is the bundle digest: compare it with the one you were told.
To check that the events, results and scores fit together:  eval752 verify FILE
"""  # noqa: E501 - the format's own lines

ITEM_README_TEXT: Final = """\
This is an eval_752 evidence bundle of one item: one question of an LLM evaluation run, and what became of it.

events.jsonl    what happened, one event a line       parts.jsonl    the content, one part a line
inclusion.jsonl where each event stands in the log    manifest.json  what this bundle is and leaves out
SHA256SUMS      digests of all of these               proof/         signatures, and the head of the log

To check that nothing changed since it was written, unzip it and run:  sha256sum --check SHA256SUMS
The SHA-256 of the file SHA256SUMS is the bundle digest: compare it with the one you were told.
To check that the content is what the archive has logged:  eval752 verify FILE
"""  # noqa: E501 - the format's own lines

Position: TypeAlias = tuple[int, int, str]
"""Where a member stands: by its place in ``ORDER``, then by number, then by name."""

_RANK: Final = {name: rank for rank, name in enumerate(ORDER)}
_ASSET: Final = re.compile(r"assets/[0-9a-f]{64}\.[a-z0-9]{1,8}")
_SECTION: Final = re.compile(r"sections/(0|[1-9][0-9]{0,3})\.jsonl")


def asset_member(asset: str) -> str:
    """The member that holds an asset ``<sha256>.<ext>``."""
    return ASSETS + asset


def section_member(ordinal: int) -> str:
    """The member that holds the items of a section, counted from 0."""
    return f"{SECTIONS}{ordinal}.jsonl"


def position(name: str) -> Position | None:
    """Where a member of this name stands; None for a name that is not on the list."""
    if _ASSET.fullmatch(name):
        return _RANK[ASSETS], 0, name
    section = _SECTION.fullmatch(name)
    if section and int(section[1]) < MAX_SECTIONS:
        return _RANK[SECTIONS], int(section[1]), ""
    return None if name.endswith("/") or name not in _RANK else (_RANK[name], 0, "")


def check_names(names: Iterable[str]) -> None:
    """Check all names of a bundle, in container order, in constant memory.

    Raises:
        ContainerRejected: at the first name that is not on the list or not behind the one before.
    """
    order = NameOrder()
    for name in names:
        order.admit(name)


class NameOrder:
    """Admits the names of a bundle one by one."""

    def __init__(self) -> None:
        self._count = 0
        self._last = ""
        self._position: Position = (-1, 0, "")

    def admit(self, name: str) -> None:
        """Check the next name.

        Raises:
            ContainerRejected: when it is not on the list or not behind the one before.
        """
        place = f"member {self._count + 1}"
        here = position(name)
        if here is None:
            raise ContainerRejected(place, "a name of the closed list", _fault(name))
        if here == self._position:
            raise ContainerRejected(place, "each name once", f"{name} again")
        if here < self._position:
            raise ContainerRejected(place, f"a name behind {self._last}", f"{name}, out of order")
        if self._count == MAX_MEMBERS:
            raise ContainerRejected(place, f"at most {MAX_MEMBERS} members", "one more")
        self._count, self._last, self._position = self._count + 1, name, here


def closure(kinds: Iterable[str], *, withholds_parts: bool = False) -> frozenset[str]:
    """All kinds that are withheld where these are, or where events withhold parts (format, 8.2)."""
    asked = frozenset(kinds)
    implied = (WITHHELD_WITH.get(kind, frozenset()) | WITHHELD_WITH_ANY for kind in asked)
    return asked.union(*implied, WITHHELD_WITH_ANY if withholds_parts else ())


def _is_miscased(name: str) -> bool:
    lower = name.lower()
    return lower in map(str.lower, _RANK) or position(lower) is not None


_FAULTS: Final[tuple[tuple[Callable[[str], object], str], ...]] = (
    (lambda name: not name, "an empty name"),
    (lambda name: "\0" in name, "a NUL in the name"),
    (lambda name: not name.isascii(), "not ASCII"),
    (lambda name: "\\" in name, "a backslash in the name"),
    (re.compile(r"[A-Za-z]:").match, "a drive letter"),
    (lambda name: name.startswith("/"), "an absolute path"),
    (lambda name: ".." in name.split("/"), "a path that climbs out of its folder"),
    (lambda name: name.endswith("/"), "a directory"),
    (lambda name: {".", ""} & set(name.split("/")), "another spelling of a path"),
    (_is_miscased, "another case of a member's name"),
)


def _fault(name: str) -> str:
    shown = ascii(name if len(name) <= 100 else f"{name[:100]}…")
    told = (fault for applies, fault in _FAULTS if applies(name))
    return f"{shown}: {next(told, 'an unknown member')}"
