"""Three ways to cheat with the demo's bundle, each by someone who knows the format well.

Functions from a bundle's members to others, with all digests repaired that can be. Not here: how
they are caught, which is the verifier's business; nothing is staged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple, cast

from domain.bundle import layout, views
from domain.bundle.disclosure import Disclosure
from domain.bundle.history import History, Place
from domain.bundle.manifest import StreamEnd, read_manifest
from domain.bundle.parts import digest_of, salt_of, value_of, write_part
from domain.bundle.reading import Reading
from domain.canonical import Json, decode_canonical, encode
from domain.evaluation.events import Event, read_event, write_event
from domain.transparency.merkle import CompactRange, leaf_hash
from domain.verification.checks import Check
from domain.verification.digests import is_covered, sums
from interface.demo.bundles import Files


class Attack(NamedTuple):
    """What is done to the members, in words and in deed, and the checks that have to notice."""

    name: str
    told: str
    change: Callable[[Files], Files]
    noticed_by: frozenset[Check]
    policy_told: bool = False
    """Whether its recipient was told digest and key of the genuine bundle."""


def raise_score(files: Files) -> Files:
    """The first score of 0 becomes 1 in ``results.jsonl``."""
    *lines, _ = files[layout.RESULTS].split(b"\n")
    wrong = _first_wrong(files)
    result = _object(lines[wrong])
    result["score"] = result["scores"][0]["value"] = 1
    lines[wrong] = encode(result)
    return _unsigned(_summed({**files, layout.RESULTS: _joined(lines)}))


def replace_response(files: Files) -> Files:
    """The first wrong response becomes the right one, its score 1, and all views follow."""
    item = _wrong_item(files)
    right = next(_text(e, "answer") for e in _recorded(files) if _is_of(e, item, "dataset/"))
    forged: dict[str, dict[str, Json]] = {
        "response": {"text": right},
        "score": {"extracted": right, "value": 1},
    }
    return _unsigned(_derived(files, (_with(e, forged, item) for e in _recorded(files))))


def drop_item(files: Files) -> Files:
    """The first wrong result never happened: no event, new versions, new seal, new digests.

    The old signature stays, as there is no key to make a new one.
    """
    item = _wrong_item(files)
    recorded = list(_recorded(files))
    kept = [e for e in recorded if not _is_of(e, item, "run/")]
    return _derived(files, _sealed_anew(kept))


ATTACKS: Final = (
    Attack(
        "raised-score",
        "In results.jsonl the score of a wrong answer is raised from 0 to 1; SHA256SUMS is made"
        " right again, and the signature, which would tell, is left out.",
        raise_score,
        frozenset({Check.REPLAY}),
    ),
    Attack(
        "other-response",
        "The wrong answer itself is replaced by the right one in parts.jsonl, with its score, and"
        " every view and digest is derived anew; the signature is left out.",
        replace_response,
        frozenset({Check.PARTS}),
    ),
    Attack(
        "dropped-item",
        "The author's own attack: someone with this software, but without the key, drops a wrong"
        " item from the run and seals, hashes and derives all of it anew, under the old signature.",
        drop_item,
        frozenset({Check.DIGESTS, Check.SIGNATURE, Check.COMPLETENESS}),
        policy_told=True,
    ),
)


class _Recorded(NamedTuple):
    event: Event
    parts: Mapping[str, bytes]


def _recorded(files: Files) -> Iterator[_Recorded]:
    """Each event with its parts; the demo's bundle discloses them all."""
    parts = iter(files[layout.PARTS].split(b"\n"))
    for line in files[layout.EVENTS].splitlines():
        event = read_event(line, layout.EVENTS)
        yield _Recorded(event, {kind: next(parts) for kind in sorted(event.parts)})


def _first_wrong(files: Files) -> int:
    """The line of the first result with a score of 0, from 0."""
    lines = files[layout.RESULTS].splitlines()
    return next(n for n, line in enumerate(lines) if _object(line).get("score") == 0)


def _wrong_item(files: Files) -> int:
    line = files[layout.RESULTS].splitlines()[_first_wrong(files)]
    return cast("int", _object(line)["item"])


def _is_of(recorded: _Recorded, item: int, kind: str) -> bool:
    event = recorded.event
    return event.stream.startswith(kind) and event.facts.get("item") == item


def _text(recorded: _Recorded, kind: str) -> str:
    value = decode_canonical(value_of(recorded.parts[kind]))
    return value if isinstance(value, str) else encode(value).decode()


def _with(recorded: _Recorded, forged: Mapping[str, dict[str, Json]], item: int) -> _Recorded:
    """The event as it was, so with the digests as they were, over other content."""
    if not _is_of(recorded, item, "run/"):
        return recorded
    parts = dict(recorded.parts)
    for kind in parts.keys() & forged.keys():
        parts[kind] = write_part(forged[kind], salt_of(parts[kind]))
    return recorded._replace(parts=parts)


def _sealed_anew(recorded: Iterable[_Recorded]) -> Iterator[_Recorded]:
    trees: dict[str, CompactRange] = {}
    for event, parts in recorded:
        tree = trees.setdefault(event.stream, CompactRange())
        sealed = {"root": tree.root().hex(), "size": tree.size}
        facts = sealed if event.type == "stream.sealed" else event.facts
        anew = event._replace(facts=facts, version=tree.size + 1)
        tree.append(leaf_hash(write_event(anew)))
        yield _Recorded(anew, parts)


def _derived(files: Files, recorded: Iterable[_Recorded]) -> Files:
    """Everything that follows from events and parts, as the exporter would write it."""
    history, events, parts = History(), bytearray(), bytearray()
    for event, held in recorded:
        line = write_event(event)
        history.take(event, line, Place(len(events), len(parts)))
        events += line + b"\n"
        parts += _joined(held.values())
    bodies = {layout.EVENTS: bytes(events), layout.PARTS: bytes(parts)}
    reading = Reading(
        history,
        Disclosure(frozenset(), frozenset()),
        lambda name, offset, size: bodies[name][offset : offset + size],
    )
    manifest = _manifest(files, history, parts.count(b"\n"))
    return _summed({**files, **bodies, **_views(reading), layout.MANIFEST: manifest})


def _views(reading: Reading) -> Files:
    history, summary = reading.history, views.new_summary(reading)
    assert history.run is not None
    lines: list[bytes] = []
    for result in reading.results():
        views.count(summary, reading, result)
        lines.append(views.result_line(result, history.run.scorers))
    sections = enumerate(history.by_section())
    return {
        layout.META: views.meta(reading),
        layout.RUN_CONFIG: views.run_config(reading),
        **{layout.section_member(n): b"".join(views.section(reading, s)) for n, s in sections},
        layout.RESULTS: b"".join(lines),
        layout.SUMMARY: views.summary_text(summary, reading),
    }


def _manifest(files: Files, history: History, parts: int) -> bytes:
    manifest = read_manifest(files[layout.MANIFEST])
    results = sum(1 for _ in history.results())
    counts = replace(manifest.counts, events=history.events, parts=parts, results=results)
    heads = history.heads.values()
    ends = [StreamEnd(h.origin, h.tree.root().hex(), h.version, h.stream) for h in heads]
    return replace(manifest, counts=counts, streams=ends).encode()


def _summed(files: Files) -> Files:
    """With a ``SHA256SUMS`` that is right."""
    digests = {name: digest_of(data) for name, data in files.items() if is_covered(name)}
    return {**files, layout.SUMS: sums(digests)}


def _unsigned(files: Files) -> Files:
    return {name: data for name, data in files.items() if not name.startswith(layout.PROOF)}


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _object(line: bytes) -> dict[str, Any]:
    return cast("dict[str, Any]", decode_canonical(line))
