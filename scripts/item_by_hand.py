"""Builds a bundle of one item from a recording, in the plainest way (format, section 14).

Shares nothing with ``domain``: a second writing of the format, by which the verifier is tested. Not
here: what is wrong in which file.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from scripts.bundle_by_hand import ITEM_README, MANIFEST, Members, closed
from scripts.log_by_hand import AFTER, BEFORE, SEAL_PROOF, Proof, leaf, path, tree
from scripts.recording_by_hand import Recording, Written, canonical, write

INCLUSION: Final = "inclusion.jsonl"

Pick = Callable[[Sequence[Written]], Sequence[Written]]


def chosen(written: Sequence[Written], item: int) -> list[Written]:
    """The row of the item, the registration of the run, what became of the item, and the seal."""
    rows = [each for each in written if each.type == "dataset.item_added"]
    of_run = [each for each in written if each.stream.startswith("run/")]
    of_item = [each for each in of_run if each.type != "run.annotated" and "epoch" in each.facts]
    ours = [each for each in of_item if each.facts.get("item") == item]
    return [rows[item], of_run[0], *ours, of_run[-1]]


def item_bundle(
    recording: Recording,
    item: int = 0,
    withhold: Collection[str] = (),
    assets: Mapping[str, bytes] | None = None,
    pick: Pick = lambda events: events,
) -> Members:
    """The members of a bundle of this item; ``pick`` makes other events of those that it has."""
    written = write(recording)
    events = [*pick(chosen(written, item))]
    kinds = {*withhold, "original", *(["request"] if "question" in withhold else [])}
    gone = {
        (each.stream, each.facts["target"], each.facts["kind"])
        for each in written
        if each.type in {"part.erased", "part.withheld"}
    }
    named = [(each, kind) for each in events for kind in each.parts]
    hidden = [
        (each, kind)
        for each, kind in named
        if kind in kinds or (each.stream, each.version, kind) in gone
    ]
    shown = [each for each in named if each not in hidden]
    names = {name for each, kind in shown for name in each.parts[kind].assets}
    proof = log_proof(written, events[-1])
    members = {
        "README.txt": ITEM_README,
        "events.jsonl": b"".join(each.line + b"\n" for each in events),
        "parts.jsonl": b"".join(each.part_lines[kind] + b"\n" for each, kind in shown),
        INCLUSION: b"".join(_inclusions(written, events, item)),
        **{f"assets/{name}": (assets or {})[name] for name in sorted(names)},
    }
    withheld = Counter(kind for _, kind in hidden)
    document = _manifest(events, len(shown), len(names), withheld)
    whole = closed({**members, MANIFEST: canonical(document) + b"\n"})
    return {**whole, SEAL_PROOF: proof.file()}


def log_proof(written: Sequence[Written], event: Written) -> Proof:
    """The proof of this event in a log that has all of them."""
    logged = _logged(written)
    index = _index(written, event)
    return Proof(index, path(index, logged), len(logged), tree(logged))


def inclusion_line(index: int, hashes: Sequence[bytes]) -> bytes:
    """A line of ``inclusion.jsonl``."""
    return (
        canonical({"hashes": [b64encode(each).decode() for each in hashes], "index": index}) + b"\n"
    )


def _inclusions(written: Sequence[Written], events: Sequence[Written], item: int) -> list[bytes]:
    rows = [each for each in written if each.type == "dataset.item_added"]
    leaves = [leaf(canonical(each.digests)) for each in rows]
    logged = _logged(written)
    return [
        inclusion_line(item, path(item, leaves)),
        *(
            inclusion_line(_index(written, each), path(_index(written, each), logged))
            for each in events[1:-1]
        ),
    ]


def _logged(written: Sequence[Written]) -> list[bytes]:
    others = [b"event %d of another stream" % number for number in range(BEFORE + AFTER)]
    lines = [each.line for each in written]
    return [*map(leaf, [*others[:BEFORE], *lines, *others[BEFORE:]])]


def _index(written: Sequence[Written], event: Written) -> int:
    places = [(each.stream, each.version) for each in written]
    return BEFORE + places.index((event.stream, event.version))


def _manifest(
    events: Sequence[Written], parts: int, assets: int, withheld: Mapping[str, int]
) -> dict[str, Any]:
    registered = next(each for each in events if each.type == "run.registered").facts
    results = {
        (each.facts["item"], each.facts["epoch"]) for each in events if "epoch" in each.facts
    }
    row, seal = events[0], events[-1]
    origin = registered["dataset_origin"]
    return {
        "counts": {
            "assets": assets,
            "events": len(events),
            "items": 1,
            "parts": parts,
            "results": len(results),
        },
        "erased": {},
        "format": "eval752-bundle",
        "kind": "item",
        "sections": [],
        "streams": [
            {
                "origin": origin,
                "root": registered["items_root"],
                "size": registered["items"],
                "stream": row.stream,
            },
            {
                "origin": origin,
                "root": seal.facts.get("root", "0" * 64),
                "size": seal.facts.get("size", 1),
                "stream": seal.stream,
            },
        ],
        "version": 1,
        "withheld": withheld,
    }
