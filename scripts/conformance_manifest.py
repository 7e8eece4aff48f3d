"""Bad bundles whose manifest is not well-formed, or not true. All else is sound, and signed so."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scripts.bundle_by_hand import (
    KEYS,
    MANIFEST,
    NOTE,
    Members,
    build,
    closed,
    summed,
    with_json,
)
from scripts.conformance_fixture import Bad, whole
from scripts.conformance_parts import WITHHELD
from scripts.recording_by_hand import digest
from scripts.recordings import ROWS, SMALL, dataset

SOUND: Final = whole(SMALL)
RESULTS, SECTION = "results.jsonl", "sections/0.jsonl"
Change = Callable[[Any], object]


def lies() -> Iterator[Bad]:
    """The manifest is well-formed, and does not say what is in the bundle."""
    for name in ("assets", "events", "items", "parts", "results"):
        yield _lie(f"count-of-{name}", "counts", "one more", _counting(name))
    elsewhere = {"member": "sections/1.jsonl"}
    rows: list[tuple[str, str, Change, str]] = [
        ("erased-though-not", "erased", _with(erased={"answer": 1}), "nothing was erased"),
        ("erased-none", "erased", _with(erased={"answer": 0}), "nothing to tell"),
        ("kind-of-a-run", "streams", _with(kind="dataset"), "there is a run in it"),
        ("section-elsewhere", "sections", _of_section(**elsewhere), "the member is 0"),
        ("section-too-large", "sections", _of_section(items=3), "two items are in it"),
        ("sections-left-out", "sections", _with(sections=[]), "there is one"),
        ("withheld-though-disclosed", "withheld", _with(withheld={"original": 2}), "none is"),
        ("stream-of-another-origin", "streams", _end(origin="archive-0000"), "not from there"),
        ("stream-root", "streams", _end(root=digest(b"")), "the root of other events"),
        ("stream-size", "streams", _end(size=10), "one more than there are"),
        ("stream-missing", "streams", lambda m: m["streams"].pop(), "the run has one too"),
        ("stream-twice", "streams", lambda m: m["streams"].append(m["streams"][1]), "one run"),
        ("streams-swapped", "streams", lambda m: m["streams"].reverse(), "dataset first"),
        ("streams-left-out", "streams", _with(streams=[]), "there are two"),
    ]
    yield from (_lie(*row[:2], row[3], row[2]) for row in rows)
    yield from _lies_of_withheld_parts()


def _lies_of_withheld_parts() -> Iterator[Bad]:
    sound, place = build(WITHHELD), "manifest.json, withheld_parts"
    rows: list[tuple[str, Members, Change, str]] = [
        ("withheld-parts-two", sound, _with(withheld_parts={"response": 2}), "one is"),
        ("withheld-parts-left-out", sound, lambda m: m.pop("withheld_parts"), "there is one"),
        ("withheld-parts-of-another-kind", sound, _with(withheld_parts={"answer": 1}), "response"),
        ("withheld-parts-though-none", SOUND, _with(withheld_parts={"answer": 1}), "none is"),
    ]
    for what, members, change, why in rows:
        yield Bad(what, place, why, closed(with_json(members, MANIFEST, change)))
    alone = with_json(sound, MANIFEST, _with(withheld={}))
    why = "the original holds what the event withholds"
    yield Bad("part-withheld-without-original", "manifest.json, withheld", why, closed(alone))


def _lie(what: str, place: str, why: str, change: Change) -> Bad:
    return Bad(what, f"manifest.json, {place}", why, closed(with_json(SOUND, MANIFEST, change)))


def _with(**members: Any) -> Change:
    return lambda manifest: manifest.update(members)


def _end(**members: Any) -> Change:
    return lambda manifest: manifest["streams"][1].update(members)


def _of_section(**members: Any) -> Change:
    return lambda manifest: manifest["sections"][0].update(members)


def _counts(**counts: Any) -> Change:
    return lambda manifest: manifest["counts"].update(counts)


def _counting(name: str) -> Change:
    return lambda manifest: _counts(**{name: manifest["counts"][name] + 1})(manifest)


def malformed() -> Iterator[Bad]:
    """The manifest is not one; nothing else can be checked."""
    text, place = SOUND[MANIFEST], "manifest.json"
    deep = b'{"a":' * 200 + b"1" + b"}" * 200
    rows = {
        "blank": (b"", "no document"),
        "byte-order-mark": (b"\xef\xbb\xbf" + text, "begins with a brace"),
        "count-doubled": (text.replace(b'"items":2', b'"items":2,"items":2', 1), "once is enough"),
        "count-with-point": (text.replace(b'"items":2', b'"items":2.0', 1), "2 is printed 2"),
        "deep": (deep + b"\n", "200 levels"),
        "line-feed-missing": (text[:-1], "ends in LF"),
        "line-feed-twice": (text + b"\n", "ends in one LF"),
        "not-json": (b"a run\n", "a document of JSON"),
        "not-utf-8": (text.replace(b"run", b"r\xff", 1), "no text"),
        "with-spaces": (text.replace(b":", b": ", 1), "canonical JSON"),
    }
    for what, (data, why) in rows.items():
        yield _unreadable(f"manifest-{what}", place, why, {**SOUND, MANIFEST: data})
    for what, (place, change, why) in _wrong_members().items():
        edited = with_json(SOUND, MANIFEST, change)
        yield _unreadable(what, place, why, edited)


def _unreadable(what: str, place: str, why: str, members: Members) -> Bad:
    """Without a manifest to read, there is nothing to sign: the proofs stay those of the sound."""
    proofs = {name: SOUND[name] for name in (NOTE, KEYS)}
    return Bad(what, place, why, {**summed(members), **proofs})


def _wrong_members() -> dict[str, tuple[str, Change, str]]:
    manifest = "manifest.json"
    return {
        "count-as-text": (manifest, _counts(items="2"), "a number"),
        "count-below-zero": (manifest, _counts(items=-1), "from 0"),
        "count-beyond-53-bits": (manifest, _counts(items=2**53), "no integer of I-JSON"),
        "count-more": (manifest, _counts(models=1), "exactly the five"),
        "count-true": (manifest, _counts(items=True), "a number"),
        "counts-as-list": (manifest, _with(counts=[2, 14]), "an object"),
        "erased-as-list": (manifest, _with(erased=[]), "an object"),
        "erased-kind-unknown": (manifest, _with(erased={"opinion": 1}), "kinds are a closed list"),
        "format-unknown": (manifest, _with(format="evidence"), "another format"),
        "kind-unknown": (manifest, _with(kind="archive"), "run or dataset"),
        "kind-as-list": (manifest, _with(kind=["run"]), "a text"),
        "member-left-out": (manifest, lambda m: m.pop("erased"), "exactly these members"),
        "member-more": (manifest, _with(title="The best run"), "exactly these members"),
        "section-as-text": (manifest, _with(sections=["sections/0.jsonl"]), "an object"),
        "stream-as-text": (manifest, _with(streams=["run"]), "an object"),
        "stream-of-no-form": (manifest, _end(stream="run/1"), "a UUID"),
        "stream-size-zero": (manifest, _end(size=0), "from 1"),
        "version-2": ("version", _with(version=2), "a reader rejects what it does not know"),
        "version-as-text": ("version", _with(version="1"), "a number"),
        "version-true": (manifest, _with(version=True), "a number, though true == 1 in places"),
        "withheld-parts-null": (manifest, _with(withheld_parts=None), "an object"),
        "withheld-parts-empty": (manifest, _with(withheld_parts={}), "left out instead"),
        "withheld-parts-unknown": (manifest, _with(withheld_parts={"opinion": 1}), "closed list"),
        "withheld-null": (manifest, _with(withheld=None), "an object"),
        "stream-of-the-archive": ("streams", _with_archive, "it stays in the archive"),
    }


def _with_archive(manifest: Any) -> None:
    end = {"origin": "archive-7f3a", "root": digest(b""), "size": 1, "stream": "archive"}
    manifest["streams"].append(end)


def withholding() -> Iterator[Bad]:
    """What is withheld is not what must be."""
    questions = build(SMALL, withhold={"question"})
    requests = build(SMALL, withhold={"request"})
    lines = SOUND["parts.jsonl"].splitlines(keepends=True)
    alone = b"".join(line for line in lines if b'"value":{"choices"' not in line)
    rows: list[tuple[str, Members, dict[str, int], str]] = [
        ("question-without-request", {**questions, "parts.jsonl": alone},
         {"original": 0, "question": 2}, "the request shows the question"),
        ("without-original", questions, {"question": 2, "request": 2}, "it holds everything"),
        ("count-of-withheld", questions, {"original": 0, "question": 1, "request": 2}, "two are"),
        ("more-kinds-than-withheld", requests, {"answer": 1, "original": 0, "request": 2}, "none"),
    ]  # fmt: skip
    for what, members, withheld, why in rows:
        parts = members["parts.jsonl"].count(b"\n")
        edited = with_json(members, MANIFEST, _with(withheld=withheld))
        edited = with_json(edited, MANIFEST, _counts(parts=parts))
        also = ["parts"] if what.startswith("more") else []
        yield Bad(what, "manifest.json, withheld", why, closed(edited), also)


def members_of_another_kind() -> Iterator[Bad]:
    """Members that do not belong to a bundle of this kind."""
    for name in (RESULTS, "run_config.json", "summary.json", SECTION):
        less = {other: data for other, data in SOUND.items() if other != name}
        what = f"{name.split('.')[0].replace('/', '-').replace('_', '-')}-missing"
        yield Bad(what, name, "this run has one", closed(less))
    alone = build([dataset(*ROWS)])
    for name in (RESULTS, "run_config.json", "summary.json"):
        what = f"{name.split('.')[0].replace('_', '-')}-of-a-dataset"
        yield Bad(what, name, "a dataset has none", closed({**alone, name: SOUND[name]}))
    empty = {**SOUND, "sections/7.jsonl": b""}
    yield Bad("section-of-nothing", "sections/7.jsonl", "no item is in it", closed(empty))
    readme = SOUND["README.txt"].replace(b"eval752 verify FILE", b"just trust it")
    trusting = {**SOUND, "README.txt": readme}
    yield Bad("readme-altered", "README.txt", "its text is fixed", closed(trusting))
