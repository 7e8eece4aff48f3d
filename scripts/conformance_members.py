"""Bad bundles whose events and parts are sound: digests, assets and views are not.

Not here: the manifest (``conformance_manifest``) and proofs (``conformance_proofs``).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scripts.bundle_by_hand import SUMS, Members, build, closed, ordered, signed, with_json
from scripts.conformance_fixture import Bad, whole
from scripts.recording_by_hand import digest
from scripts.recordings import ASSETS, PICTURE, SMALL, SPEECH, everything

SOUND: Final = whole(SMALL)
LINES: Final = SOUND[SUMS].splitlines(keepends=True)
RICH: Final = closed(build(everything(), assets=ASSETS))
RESULTS, SUMMARY, SECTION = "results.jsonl", "summary.json", "sections/0.jsonl"


def digests() -> Iterator[Bad]:
    """The sums are not those of the members."""
    altered = {**SOUND, SUMMARY: SOUND[SUMMARY].replace(b'"mean":0.5', b'"mean":1')}
    yield Bad("member-altered", SUMMARY, "another mean, and the sums left", altered, ["replay"])
    more = ordered({**SOUND, f"assets/{PICTURE}": ASSETS[PICTURE]})
    yield Bad("member-not-listed", "assets/", "added later", more, ["manifest", "assets"])
    first, second = LINES[:2]
    swapped = second[:64] + first[64:], first[:64] + second[64:]
    upper, extra = first[:64].upper() + first[64:], f"{digest(b'')}  assets/more.png\n".encode()
    keys = f"{digest(SOUND['proof/keys'])}  proof/keys\n".encode()
    wrong: dict[str, tuple[list[bytes], str, str]] = {
        "another-order": ([second, first, *LINES[2:]], SUMS, "the order is the container's"),
        "binary-marker": ([_star(line) for line in LINES], "README.txt", "two spaces"),
        "blank-line": ([*LINES, b"\n"], "", "a line that names nothing"),
        "carriage-returns": ([line[:-1] + b"\r\n" for line in LINES], "README.txt", "LF alone"),
        "digest-in-upper-case": ([upper, *LINES[1:]], "README.txt", "lower case"),
        "digests-swapped": ([*swapped, *LINES[2:]], "README.txt", "under other names"),
        "empty": ([], "README.txt", "nothing is listed"),
        "last-line-feed-missing": ([SOUND[SUMS][:-1]], SUMS, "each line ends in LF"),
        "line-for-a-proof": ([*LINES, keys], "proof/keys", "proofs prove themselves"),
        "line-for-no-member": ([*LINES, extra], "assets/more.png", "listed and not there"),
        "line-missing": ([*LINES[:-2], LINES[-1]], SUMMARY, "there and not listed"),
        "line-twice": ([first, *LINES], SUMS, "a line for each member"),
        "longer-than-it-can-be": ([SOUND[SUMS] * 3], SUMS, "a reader takes no more than it needs"),
    }
    for what, (lines, place, why) in wrong.items():
        resigned = signed({**SOUND, SUMS: b"".join(lines)})
        yield Bad(f"sums-{what}", place, why, resigned)
    told = {"digest": digest(b"another bundle")}
    yield Bad("another-bundle-was-expected", "bundle digest", "told apart", SOUND, given=told)


def _star(line: bytes) -> bytes:
    return line.replace(b"  ", b" *")


def assets() -> Iterator[Bad]:
    """Not exactly the assets that disclosed parts list; all else says that it is so."""
    picture, speech = f"assets/{PICTURE}", f"assets/{SPEECH}"
    less = {name: data for name, data in RICH.items() if name != picture}
    renamed = {**less, picture.replace(".png", ".jpg"): RICH[picture]}
    wrong = {
        "asset-missing": (less, PICTURE, "a question shows it"),
        "asset-of-nothing": ({**RICH, f"assets/{'0' * 64}.bin": b""}, "0.bin", "no part lists it"),
        "asset-of-an-erased-part": ({**RICH, speech: ASSETS[SPEECH]}, SPEECH, "a voice, erased"),
        "asset-altered": ({**RICH, picture: b"another picture"}, PICTURE, "the name is its digest"),
        "asset-renamed": (renamed, ".jpg", "the extension is part of the name"),
    }
    for what, (members, place, why) in wrong.items():
        count = sum(name.startswith("assets/") for name in members)
        yield Bad(what, place, why, closed(_counted(members, "assets", count)))


def _counted(members: Members, what: str, count: int) -> Members:
    return with_json(members, "manifest.json", lambda m: m["counts"].update({what: count}))


def replays() -> Iterator[Bad]:
    """Views that do not follow from the events; sums and signature are made anew."""
    yield _view("score-of-a-result", RESULTS, b'"score":0', b'"score":1', "0 was given")
    yield _view("response-of-a-result", RESULTS, b"is B", b"is A", "B was said")
    yield _view("status-of-a-result", RESULTS, b"answered", b"failed", "it was answered")
    yield _view("id-of-a-result", RESULTS, b"q-002", b"q-003", "another item")
    yield _view("latency-of-a-result", RESULTS, b":100,", b":1,", "it was slower")
    yield _view("mean", SUMMARY, b'"mean":0.5', b'"mean":1', "one of two is right")
    yield _view("mean-by-an-ulp", SUMMARY, b":0.5", b":0.5000000000000001", "not even by that")
    yield _view("count-of-answers", SUMMARY, b'"answered":2', b'"answered":3', "there were two")
    yield _view("status-of-the-run", SUMMARY, b"completed", b"failed", "it was completed")
    yield _view("answer-of-an-item", SECTION, b'"London","choices"', b'"Paris","choices"', "London")
    yield _view("question-of-an-item", SECTION, b"Capital 2", b"Capital 3", "another was asked")
    yield _view("model-of-the-config", "run_config.json", b"m-1", b"m-2", "another ran")
    yield _view("name-of-the-dataset", "meta.json", b"capitals", b"rivers", "another name")
    yield _view("result-with-spaces", RESULTS, b'"epoch":1', b'"epoch": 1', "views are canonical")
    yield from _lines()
    yield from _markers()


def _view(what: str, member: str, old: bytes, new: bytes, why: str) -> Bad:
    assert old in SOUND[member], (member, old)
    changed = {**SOUND, member: SOUND[member].replace(old, new, 1)}
    return Bad(f"{what}-changed", f"{member}, line", why, closed(changed))


def _lines() -> Iterator[Bad]:
    """Lines of results that are not there, or not only there; the manifest goes along."""
    first, second = SOUND[RESULTS].splitlines(keepends=True)
    wrong: dict[str, tuple[list[bytes], str]] = {
        "result-dropped": ([first], "the wrong answer is gone"),
        "result-doubled": ([first, first, second], "the right answer stands twice"),
        "results-swapped": ([second, first], "they stand by item"),
        "results-empty": ([], "nothing is left"),
        "results-with-a-blank-line": ([first, second, b"\n"], "a line without a result"),
        "results-without-the-last-line-feed": ([first, second[:-1]], "each line ends in LF"),
    }
    for what, (lines, why) in wrong.items():
        changed = closed({**SOUND, RESULTS: b"".join(lines)})
        yield Bad(what, RESULTS, why, changed)


def _markers() -> Iterator[Bad]:
    """Content that was withheld, planted in the views."""
    hidden = build(SMALL, withhold={"answer"})
    shown = {**hidden, SECTION: SOUND[SECTION]}
    yield Bad("withheld-answer-shown-in-a-view", SECTION, "it is withheld", closed(shown))
    edits: dict[str, Callable[[Any], object]] = {
        "mean-of-withheld-scores": lambda s: s["all"]["scores"][0].update(mean=1),
        "undisclosed-scores-not-told": lambda s: s["all"]["scores"][0].pop("undisclosed"),
    }
    hidden = build(SMALL, withhold={"score"})
    for what, edit in edits.items():
        changed = with_json(hidden, SUMMARY, edit)
        yield Bad(what, SUMMARY, "what depends on them is not shown", closed(changed))
