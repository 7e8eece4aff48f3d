"""The manifest: what a bundle is, what it holds and what it leaves out (format, section 8).

Not here: whether it is true (``domain.verification``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple, TypeVar, cast

from domain import syntax
from domain.canonical import Json, decode_canonical, encode
from domain.errors import InvalidInput, shown
from domain.evaluation.events import KINDS

FORMAT: Final = "eval752-bundle"
VERSION: Final = 1

T = TypeVar("T")

ITEM: Final = "item"
"""The kind that holds one item of a run (format, section 14)."""

_STREAMS: Final = {"dataset": ["dataset"], "run": ["dataset", "run"], ITEM: ["dataset", "run"]}


class StreamEnd(NamedTuple):
    """Where a stream of the bundle ends: so many events, and the root over all of them."""

    origin: str
    root: str
    size: int
    stream: str


class Section(NamedTuple):
    """A member with the items of one section, and their number."""

    items: int
    member: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of each there is in the bundle."""

    assets: int
    events: int
    items: int
    parts: int
    results: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.json``, but for ``format`` and ``version``."""

    kind: str
    streams: Sequence[StreamEnd]
    counts: Counts
    sections: Sequence[Section]
    withheld: Mapping[str, int]
    erased: Mapping[str, int]
    withheld_parts: Mapping[str, int] = field(default_factory=dict[str, int])

    def document(self) -> dict[str, Json]:
        """The member's value."""
        of_events = {"withheld_parts": dict[str, Json](self.withheld_parts)}
        return {
            "counts": asdict(self.counts),
            "erased": dict(self.erased),
            "format": FORMAT,
            "kind": self.kind,
            "sections": [section._asdict() for section in self.sections],
            "streams": [stream._asdict() for stream in self.streams],
            "version": VERSION,
            "withheld": dict(self.withheld),
            **(of_events if self.withheld_parts else {}),
        }

    def encode(self) -> bytes:
        """The member's bytes."""
        return encode(self.document()) + b"\n"


def read_manifest(data: bytes) -> Manifest:
    """Read ``manifest.json`` strictly.

    Raises:
        InvalidInput: when :meth:`Manifest.encode` could not have written it.
    """
    place = "manifest.json"
    document = decode_canonical(data.removesuffix(b"\n"), place)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidInput(place, f'format "{FORMAT}"', shown(document))
    if type(document.get("version")) is not int or document["version"] != VERSION:
        remedy = "Use a newer eval752."
        found = shown(document.get("version"))
        raise InvalidInput(f"{place}, version", f"version {VERSION}", found, remedy)
    try:
        manifest = _manifest(cast("dict[str, Any]", document))
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise InvalidInput(place, "the members of format section 8", _misfit(problem)) from None
    kinds = [end.stream.partition("/")[0] for end in manifest.streams]
    if kinds != _STREAMS[manifest.kind]:
        expected = f"of a {manifest.kind}, the streams {', '.join(_STREAMS[manifest.kind])}"
        raise InvalidInput(f"{place}, streams", expected, ", ".join(kinds)[:80] or "none")
    if manifest.encode() != data:
        raise InvalidInput(place, "exactly the members of format section 8", "other bytes")
    return manifest


def _manifest(document: dict[str, Any]) -> Manifest:
    return Manifest(
        kind=_checked(document["kind"], document["kind"] in _STREAMS),
        streams=[_stream(stream) for stream in document["streams"]],
        counts=Counts(**{name: _index(n) for name, n in document["counts"].items()}),
        sections=[Section(_index(s["items"]), str(s["member"])) for s in document["sections"]],
        withheld=_kinds(document["withheld"]),
        erased=_kinds(document["erased"]),
        withheld_parts=_kinds(document.get("withheld_parts", {})),
    )


def _misfit(problem: Exception) -> str:
    """What does not fit, as far as it can be told."""
    match problem:
        case KeyError(args=(name,)):
            return f"none called {shown(name)}"
        case ValueError(args=(value,)):
            return shown(value)
        case _:
            return "members of other kinds"


def _stream(members: dict[str, Any]) -> StreamEnd:
    end = StreamEnd(**members)
    forms = (syntax.is_origin(end.origin), syntax.is_digest(end.root), syntax.is_stream(end.stream))
    return _checked(end, all(forms) and syntax.is_ordinal(end.size))


def _kinds(counts: dict[str, Any]) -> dict[str, int]:
    return {_checked(kind, kind in KINDS): _index(count) for kind, count in counts.items()}


def _index(value: int) -> int:
    return _checked(value, syntax.is_index(value))


def _checked(value: T, holds: bool) -> T:
    if not holds:
        raise ValueError(value)
    return value
