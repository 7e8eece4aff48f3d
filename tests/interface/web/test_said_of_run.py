"""What was said of a run as a whole: findings, that it is superseded, annotations, and where."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from interface.web.pages import add_pages
from tests.archives import Members
from tests.inspect_logs import log, sample, write_json_log
from tests.interface.api.conftest import Served, append, new_run, ok, served
from tests.interface.web.kept_run import Kept
from tests.interface.web.pages_archive import HOSTILE
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import signed_in

AGAIN = "11111111-1111-7111-8111-111111111111"
WRONG: Members = {"type": "run.superseded", "by": AGAIN, "annotation": "WRONG PROMPT, do not use"}


def note(text: Any) -> Members:
    return {"type": "run.annotated", "annotation": text}


def archived(service: Served, folder: Path, accuracy: float, **more: str) -> str:
    """The run of a log of one right sample of two, which states this accuracy."""
    told = log([sample("a"), sample("b", value="I")], accuracy=accuracy)
    path = write_json_log(folder / "log.json", told)
    file = {"file": (path.name, path.read_bytes())}
    client = service.as_role("recorder")
    (stream,) = ok(client.post("/v1/archivings", files=file, params=more), 201)["runs"]
    return str(stream).removeprefix("run/")


def doubts(page: httpx.Response) -> str:
    """What stands on a page below Before you rely on this run."""
    found = re.search(r'<section class="doubts".*?</section>', page.text, re.DOTALL)
    return text_of(httpx.Response(200, text=found[0])) if found else ""


@pytest.fixture
def run(service: Served) -> str:
    return new_run(service.as_role("recorder"))[1]


def test_findings_of_a_log_file_stand_before_the_evidence(
    service: Served, visitor: httpx.Client, tmp_path: Path
) -> None:
    page = visitor.get(f"/runs/{archived(service, tmp_path, 0.75)}")
    told = text_of(page)
    assert "the log file contradicts itself" in told.partition("Overview")[0]
    found = doubts(page)
    assert "1 finding: Where" in found
    assert "accuracy 0.5, as its results give" in found
    assert "accuracy 0.75 stated" in found
    assert re.search(r"Recorded \S+ \S+ UTC by authenticated:\S+, event \d+: before the run", found)
    assert told.index("Before you rely on this run") < told.index("As far as the archive knows")
    assert "findings_total" not in page.text


def test_a_log_file_that_fits_its_results_has_no_findings_and_its_words_are_told_apart(
    service: Served, visitor: httpx.Client, tmp_path: Path
) -> None:
    page = visitor.get(f"/runs/{archived(service, tmp_path, 0.5)}")
    assert doubts(page) == ""
    told = text_of(page)
    assert told.count("From the log file, event ") == 2
    assert "What the recorder said" not in told


def test_nobody_makes_findings_by_words_of_their_form(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    finding = {"place": "p", "expected": "right", "found": "wrong"}
    ok(append(service.root, f"runs/{run}", note({"findings": [finding], "findings_total": 1})))
    page = visitor.get(f"/runs/{run}")
    assert doubts(page) == ""
    assert "What the recorder said" in text_of(page)


def test_a_superseded_run_says_by_which_and_why(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    ok(append(service.root, f"runs/{run}", {"type": "run.superseded", "by": run}, WRONG))
    page = visitor.get(f"/runs/{run}")
    found = doubts(page)
    assert f"It is superseded by run/{AGAIN} ." in found
    assert "What the recorder said of it WRONG PROMPT, do not use" in found
    assert "after the last seal, so no bundle and no report has it yet" in found
    assert f"Superseded by run/{run} , as was said then." in text_of(page)


def test_an_annotation_stands_in_a_box_with_who_when_and_beside_which_seal(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    ok(append(service.root, f"runs/{run}", note("early")))
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    ok(append(service.root, f"runs/{run}", note({"How it was reached": "recomputed"})))
    page = visitor.get(f"/runs/{run}")
    assert doubts(page) == ""
    late, early = text_of(page).split("What the recorder said")[1:]
    assert "after the last seal, so no bundle and no report has it yet" in late
    assert "after the run was first sealed, and before its last seal" in early
    assert '<div class="said" role="group"' in page.text.partition("How it was reached")[0]
    assert re.search(r"Recorded \S+ \S+ UTC by authenticated:\S+, event \d+", early)


def test_what_is_withheld_or_erased_of_it_is_told_as_such(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    version = ok(append(service.root, f"runs/{run}", WRONG, note("of Jane"), note("of John")))[
        "version"
    ]
    places = {version - 2: "part.withheld", version - 1: "part.withheld", version: "part.erased"}
    left_out: list[Members] = [
        {"type": kind, "target": target, "kind": "annotation"} for target, kind in places.items()
    ]
    ok(append(service.root, f"runs/{run}", *left_out))
    page = visitor.get(f"/runs/{run}")
    assert "Annotation: withheld." in doubts(page)
    told = text_of(page).partition("What was said of the run")[2]
    assert "Annotation: withheld." in told
    assert "Annotation: erased." in told
    assert not [word for word in ("Jane", "John", "WRONG") if word in page.text]


def test_hostile_and_long_words_are_text_and_scroll(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    words: list[Members] = [{**WRONG, "annotation": HOSTILE}, note(HOSTILE), note("x" * 200_000)]
    ok(append(service.root, f"runs/{run}", *words))
    for path in ("", "/annotations"):
        page = visitor.get(f"/runs/{run}{path}")
        assert "<script>window" not in page.text
        assert page.text.count("&lt;script&gt;window.hacked") == 2
        assert "This is the beginning: 100,000 of 200,000 characters." in text_of(page)


def test_the_newest_twenty_are_shown_and_a_page_has_the_rest(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    ok(append(service.root, f"runs/{run}", *(note(f"note {n:02}.") for n in range(43))))
    first = visitor.get(f"/runs/{run}")
    seen = [re.findall(r"note \d\d\.", first.text)]
    assert "These are the newest 20 of 43." in text_of(first)
    (link,) = re.findall(rf'href="(/runs/{run}/annotations\?before=\d+)"', first.text)
    while link:
        older = visitor.get(link).text
        seen.append(re.findall(r"note \d\d\.", older))
        link = next(iter(re.findall(r'rel="next" href="([^"]+)"', older)), "")
    assert [len(each) for each in seen] == [20, 20, 3]
    assert [each for page in seen for each in page] == [f"note {n:02}." for n in range(42, -1, -1)]
    assert "None before that." in text_of(visitor.get(f"/runs/{run}/annotations?before=2"))


def test_that_somebody_saw_it_is_recorded_before(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    before = len(journal(service))
    for path in ("", "/annotations"):
        visitor.get(f"/runs/{run}{path}")
    events = journal(service)[before:]
    assert [(e["type"], e["facts"]["stream"]) for e in events] == [
        ("archive.disclosed", f"run/{run}")
    ] * 2


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with served(tmp_path / "data", add_pages) as service:
        recorder = service.as_role("recorder")
        dataset, run = new_run(recorder)
        visitor = signed_in(service, "auditor")
        yield Kept(service, recorder, visitor, dataset, run, tmp_path / "data")


def test_the_events_that_say_it_are_compared_with_the_log(kept: Kept) -> None:
    ok(append(kept.recorder, f"runs/{kept.run}", note("sound"), WRONG))
    ok(kept.service.root.post(f"/v1/runs/{kept.run}/seal"))
    paths = (kept.path, f"{kept.path}/annotations")
    for path in paths:
        assert "no signed head of the log covers them yet" in text_of(kept.visitor.get(path))
    kept.sign()
    for path in paths:
        told = text_of(kept.visitor.get(path))
        assert "The events that say this were compared with this archive's log just now" in told
    kept.alter(AGAIN.encode(), AGAIN.replace("1", "2").encode())
    for path in paths:
        altered = text_of(kept.visitor.get(path), 500)
        assert "The archive does not hold what it promised" in altered
        assert f"run/{kept.run}, version " in altered


def test_beside_the_way_to_bundle_and_report_it_says_what_they_do_not_have_yet(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    path = f"/runs/{run}"
    for page in (path, f"{path}/verification"):
        assert "after the last seal" not in text_of(visitor.get(page))
    ok(append(service.root, f"runs/{run}", note("x")))
    told = text_of(visitor.get(path)).partition("Overview")[0]
    assert "1 event was recorded after the last seal." in told
    assert "do not have it. A new seal takes it in: eval752 seal run/" in told
    ok(append(service.root, f"runs/{run}", WRONG))
    told = text_of(visitor.get(path)).partition("Overview")[0]
    assert "2 events were recorded after the last seal." in told
    assert "do not say that another run takes the place of this one" in told
    assert f"eval752 seal run/{run}" in told
    assert "2 events were recorded after the last seal." in text_of(
        visitor.get(f"{path}/verification")
    )
    report = visitor.get(f"{path}/report").text
    assert "WRONG PROMPT" not in report
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    assert "after the last seal" not in text_of(visitor.get(path)).partition("Overview")[0]
    assert "WRONG PROMPT" in visitor.get(f"{path}/report").text
