"""Bundles of one item, good and bad (format, section 14): by check, what is wrong in which file.

Not here: what a whole bundle may have wrong as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from scripts.attestation_by_hand import attested
from scripts.bundle_by_hand import ARCHIVE, KEYS, MANIFEST, NOTE, SUMS, Members, closed, with_json
from scripts.conformance_fixture import Bad, run_of, with_event, with_run
from scripts.item_by_hand import INCLUSION, inclusion_line, item_bundle
from scripts.log_by_hand import SEAL_PROOF
from scripts.recording_by_hand import Part, Recording, Written, write
from scripts.recordings import ASSETS, SMALL, everything

SOUND: Final = item_bundle(SMALL)
PROOF: Final = SOUND[SEAL_PROOF]
RICH: Final[Recording] = everything()
TRUSTED: Final[dict[str, Any]] = {"keys": [ARCHIVE.verifier_key]}


_ALONE: Final = dict.fromkeys(("stream", "completeness", "replay", "evidence"), "not shown")
_UNSCORED: Final = {**_ALONE, "rescoring": "not shown"}

Given = tuple[str, str, Members, dict[str, str], dict[str, Any]]


def good_items() -> Iterator[Given]:
    """Name, what is in it, the bundle, outcomes that are not those of a run, what is given."""
    trusted = dict.fromkeys(("signature", "inclusion", "policy"), "passed")
    yield "item", "as the log has it", SOUND, {**_ALONE, **trusted}, TRUSTED
    unsigned = _without(NOTE, KEYS)
    yield "item-unsigned", "nobody but the log signed it", unsigned, _ALONE, {}
    several = "tries, two epochs, two scorers, a revision, an asset, an erased request"
    yield "item-with-everything", several, rich(0), _UNSCORED, {}
    asset = "a question with an image; no answer in the second epoch"
    yield "item-with-an-image", asset, rich(2), _ALONE, {}
    withheld = item_bundle(SMALL, withhold=["question", "answer"])
    yield "item-withheld", "neither question nor answer is shown", withheld, _UNSCORED, {}
    events = run_of(SMALL)
    left = item_bundle(with_run([*events[:5], *events[7:]]), 1)
    yield "item-left-open", "planned, and nothing became of it", left, _UNSCORED, {}


def rich(item: int) -> Members:
    """An item of the run that has everything."""
    return item_bundle(RICH, item, assets=ASSETS)


def _without(*names: str) -> Members:
    return {name: data for name, data in SOUND.items() if name not in names}


def _proved(members: Members) -> Members:
    """With sums and signature as they should be, and the log's proof as it was."""
    return {**closed(members), SEAL_PROOF: PROOF}


def _picked(pick: Any, recording: Recording = SMALL, item: int = 0) -> Members:
    return item_bundle(recording, item, assets=ASSETS, pick=pick)


def item_manifests() -> Iterator[Bad]:
    """What the manifest or the list of members has wrong."""

    def lie(name: str, edit: Any, place: str, why: str) -> Bad:
        return Bad(name, place, why, _proved(with_json(SOUND, MANIFEST, edit)))

    yield lie("item-results-wrong", lambda m: m["counts"].update(results=2), "counts", "one")
    yield lie("item-items-2", lambda m: m["counts"].update(items=2), "counts", "one item")
    yield lie(
        "item-withheld-too-many", lambda m: m["withheld"].update(answer=1), "withheld", "none is"
    )
    yield lie("item-size-of-the-seal", lambda m: m["streams"][1].update(size=9), "streams", "8")
    yield lie("item-root-of-the-dataset", lambda m: m["streams"][0].update(root="0" * 64),
              "streams", "that of run.registered")  # fmt: skip
    yield lie(
        "item-said-to-be-erased", lambda m: m.update(erased={"answer": 1}), "erased", "nothing is"
    )
    yield Bad("item-with-meta", "meta.json", "there are no views",
              _proved({**_without(SUMS), "meta.json": b"{}\n"}))  # fmt: skip
    yield Bad("item-readme-of-a-run", "README.txt", "that of section 14",
              _proved({**SOUND, "README.txt": b"Trust me.\n"}))  # fmt: skip


def item_streams() -> Iterator[Bad]:
    """Events that may not stand there."""
    place = "version"
    yield Bad("item-events-swapped", place, "by version",
              _picked(lambda e: [*e[:2], e[3], e[2], *e[4:]]), also=["tree"])  # fmt: skip
    yield Bad("item-of-another-item", place, "the answer to another question",
              _mixed(_other_items), also=["manifest"])  # fmt: skip
    yield Bad("item-without-a-try", place, "the first attempt is left out",
              _picked(lambda e: [*e[:2], *e[3:]], RICH), also=["manifest"])  # fmt: skip
    yield Bad("item-with-the-completion", place, "not of the item", _mixed(_with_completion))
    elsewhere = item_bundle(with_event(1, _of_another_dataset()))
    yield Bad("item-of-another-dataset", place, "the run names another", elsewhere,
              also=["manifest", "tree"])  # fmt: skip


def _mixed(pick: Any) -> Members:
    written = write(SMALL)
    return _picked(lambda events: pick(written, events))


def _other_items(written: Sequence[Written], events: Sequence[Written]) -> Sequence[Written]:
    others = [each for each in written if each.facts.get("item") == 1 and "epoch" in each.facts]
    return [*events[:2], *others, events[-1]]


def _with_completion(written: Sequence[Written], events: Sequence[Written]) -> Sequence[Written]:
    completed = next(each for each in written if each.type == "run.completed")
    return [*events[:-1], completed, events[-1]]


def _of_another_dataset() -> Any:
    other = "01990000-0000-7000-8000-0000000000ab"
    return replace(run_of(SMALL)[0], facts={"dataset": other})


def item_trees() -> Iterator[Bad]:
    """Inclusion proofs that lead elsewhere."""
    lines = SOUND[INCLUSION].splitlines(keepends=True)
    row, *others = lines
    moved, spaced = row.replace(b'x":0', b'x":1'), row.replace(b",", b", ", 1)
    bare = inclusion_line(0, [])

    def edited(name: str, place: str, why: str, *changed: bytes) -> Bad:
        return Bad(name, place, why, _proved({**SOUND, INCLUSION: b"".join(changed)}))

    yield edited("item-row-of-another-index", "line 1", "that of the item", moved, *others)
    yield edited("item-row-without-hashes", "version 1", "the tree has two", bare, *others)
    yield edited("item-inclusion-missing", "version", "one for each event", *lines[:-1])
    yield edited("item-inclusion-too-many", INCLUSION, "one for each event", *lines, lines[-1])
    yield edited("item-inclusions-swapped", "version", "in order", row, *reversed(others))
    yield edited("item-inclusion-altered", "version", "one bit", *lines[:-1], _altered(lines[-1]))
    yield edited("item-inclusion-not-canonical", "version", "in one way", spaced, *others)
    yield edited("item-inclusion-without-lf", INCLUSION, "cut", SOUND[INCLUSION][:-1])
    yield Bad("item-without-a-log-proof", "tlog-proof", "it has one", _without(SEAL_PROOF))
    yield Bad("item-without-a-seal", "events.jsonl", "it ends in one",
              _picked(lambda events: events[:-1]))  # fmt: skip
    judged = with_event(1, replace(run_of(SMALL)[0], facts={"trial": 2}))
    yield Bad("item-of-another-run", "version", "the same run, registered otherwise",
              {**item_bundle(judged), SEAL_PROOF: PROOF}, also=["inclusion"])  # fmt: skip


def _altered(line: bytes) -> bytes:
    at = line.index(b'["') + 2
    return line[:at] + (b"B" if line[at : at + 1] == b"A" else b"A") + line[at + 1 :]


def item_parts() -> Iterator[Bad]:
    """Content that is not what was recorded."""
    parts = SOUND["parts.jsonl"]
    yield Bad("item-response-altered", "parts.jsonl", "what it said",
              _proved({**SOUND, "parts.jsonl": parts.replace(b"B) Paris", b"A) Paris")}),
              also=["manifest"])  # fmt: skip
    original = {"media_type": "text/plain", "name": "log.txt"}
    first = run_of(SMALL)[0]
    kept = with_event(1, replace(first, parts={**first.parts, "original": original}))
    shown = item_bundle(kept)
    line = write(kept)[_first_of_run(kept)].part_lines["original"]
    config = write(kept)[_first_of_run(kept)].part_lines["config"]
    with_original = shown["parts.jsonl"].replace(config, config + b"\n" + line)
    told = with_json(shown, MANIFEST, _discloses_the_original)
    members = {**closed({**told, "parts.jsonl": with_original}), SEAL_PROOF: shown[SEAL_PROOF]}
    yield Bad("item-with-the-original", "original", "it holds all items", members)


def _first_of_run(recording: Recording) -> int:
    return len(recording[0].events)


def _discloses_the_original(manifest: Any) -> None:
    manifest["withheld"] = {}
    manifest["counts"]["parts"] += 1


def item_signatures() -> Iterator[Bad]:
    """What is signed and may not be."""
    members = attested(SOUND)
    yield Bad("item-attested", "attestation", "one item is no result", members)


def item_scores() -> Iterator[Bad]:
    """Scores that are not what response and answer give."""
    events = run_of(SMALL)
    flattered = with_event(
        5, replace(events[4], parts={"score": Part({"extracted": "B", "value": 0})})
    )
    yield Bad("item-score-flipped", "item 0, epoch 1", "1", item_bundle(flattered))


def item_members() -> Iterator[Bad]:
    """Members that are not what the sums say."""
    tampered = {**SOUND, INCLUSION: inclusion_line(0, [])}
    yield Bad("item-inclusion-of-another-digest", INCLUSION, "as signed", tampered, also=["tree"])
