"""A line of samples: one document under one filter, with its responses, metrics and hashes.

Older versions of the harness name no filter: their lines of a document stand in the order of the
filters. Not here: scorers by number, and what metrics come to (``tally``).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from application.log_source import Account
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.json_values import read_object
from infrastructure.log_sources.lines import lines_of
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.native_items import id_text

HASHES: Final = ("doc_hash", "prompt_hash", "target_hash")
_NEEDED: Final = ("doc_id", "doc", "target", "arguments", "resps", "filtered_resps")
_ALIKE: Final = ("doc", "target", "arguments", "resps")
_KNOWN: Final = frozenset({*_NEEDED, *HASHES, "filter", "metrics"})


class Sample(NamedTuple):
    """A line: ``first`` says that no earlier one is of its document."""

    place: str
    number: int
    line: bytes
    members: Members
    doc: str
    filter: str
    first: bool

    @property
    def metrics(self) -> Members:
        """The metrics by name: those that the line lists, or all that is not known otherwise."""
        listed = self.members.get("metrics")
        names = listed if isinstance(listed, list) else self.members.keys() - _KNOWN
        return {n: v for n, v in self.members.items() if n in names and n not in _KNOWN}

    @property
    def rest(self) -> Members:
        """What the line holds besides."""
        known = _KNOWN | self.metrics.keys()
        return {name: value for name, value in self.members.items() if name not in known}


def samples(
    chunks: Iterable[bytes], name: str, filters: Sequence[str], account: Account
) -> Iterator[Sample]:
    """The lines of a task's samples.

    Raises:
        InvalidInput: for one that is none, is there twice, or does not go with the others.
    """
    seen = _Seen(filters)
    for number, line in lines_of(chunks, name):
        place = f"{name}, line {number}"
        members = read_object(line, place, account)
        doc = _doc(members, place)
        first = seen.take(doc, number, members, place)
        named = seen.filter(doc, number, members, place)
        yield Sample(place, number, line, members, doc, named, first)


def text(sample: Sample) -> str | None:
    """The one text that was generated; None for several, and for likelihoods."""
    resps = sample.members["resps"]
    if isinstance(resps, list) and len(resps) == 1:
        (said,) = resps
        if isinstance(said, list) and len(said) == 1 and isinstance(said[0], str):
            return said[0]
    return None


def extracted(sample: Sample) -> Members:
    """What the filter made of the responses, where it is not just the first of each."""
    kept = sample.members["filtered_resps"]
    resps = sample.members["resps"]
    firsts = (
        [said[0] for said in resps if isinstance(said, list) and said]
        if isinstance(resps, list)
        else []
    )
    if kept == firsts:
        return {}
    return {"extracted": kept[0] if isinstance(kept, list) and len(kept) == 1 else kept}


def hashed(line: bytes) -> dict[str, str]:
    """The hashes that the harness makes of a line's document, prompt and target.

    One that cannot be made anew is left out: of a prompt that is no text, say.
    """
    try:
        sample: dict[str, Any] = json.loads(line)  # unmapped: it hashed what it wrote
        prompt = sample["arguments"].get("gen_args_0", {}).get("arg_0")
        doc = json.dumps(sample["doc"], indent=2, ensure_ascii=False)
        texts = {"doc_hash": doc, "prompt_hash": prompt, "target_hash": str(sample["target"])}
        return {
            name: sha256(value.encode()).hexdigest()
            for name, value in texts.items()
            if isinstance(value, str)
        }
    except (ValueError, AttributeError):
        return {}


class _Seen:
    """The lines of a task so far: which documents and filters they are of."""

    def __init__(self, filters: Sequence[str]) -> None:
        self._filters = filters
        self._named: bool | None = None
        self._docs: dict[str, tuple[int, bytes]] = {}
        self._lines: dict[tuple[str, str], int] = {}
        self._times = Counter[str]()

    def take(self, doc: str, number: int, members: Members, place: str) -> bool:
        """Whether it is the first line of its document; a later one says the same of it."""
        alike = sha256(json.dumps([members[name] for name in _ALIKE]).encode()).digest()
        first, before = self._docs.setdefault(doc, (number, alike))
        if before != alike:
            expected = f"the document, request and responses of line {first}"
            raise InvalidInput(place, expected, f"others of document {doc}")
        return first == number

    def filter(self, doc: str, number: int, members: Members, place: str) -> str:
        """Its filter: the one that it names, or the next one of its document."""
        named = isinstance(members.get("filter"), str)
        if self._named not in {None, named}:
            expected = "lines of one version of the harness"
            raise InvalidInput(place, expected, "some that name a filter and some that do not")
        self._named = named
        name = str(members["filter"]) if named else self._next(doc)
        earlier = self._lines.setdefault((doc, name), number)
        if earlier != number:
            found = f"another one of document {doc} in line {earlier}"
            raise InvalidInput(place, "the only line of its document and filter", found)
        return name

    def _next(self, doc: str) -> str:
        """The filter of the next line of a document; the last one again where there are no more."""
        self._times[doc] += 1
        return self._filters[min(self._times[doc], len(self._filters)) - 1]


def _doc(members: Members, place: str) -> str:
    """The document's id, of a line that has all that a sample has."""
    if missing := [name for name in _NEEDED if name not in members]:
        remedy = "It was not written by lm-evaluation-harness 0.4.3 or newer."
        found = f"no {', '.join(missing)}"
        raise InvalidInput(place, f"a sample with {', '.join(_NEEDED)}", found, remedy)
    doc = id_text(members["doc_id"])
    if doc is None:
        found = shown(members["doc_id"])
        raise InvalidInput(f"{place}, doc_id", "a number or string", found)
    return doc
