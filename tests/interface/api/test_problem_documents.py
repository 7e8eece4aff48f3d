import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import application
import domain
import infrastructure
import interface.api
from domain.errors import ArchiveDamaged, Eval752Error, InvalidInput, NotFound, Refused
from domain.evaluation.stream import RootMismatch
from interface.api.errors import TooManyRequests, Unavailable
from interface.api.problem_documents import KINDS, problem_of, problem_of_status, row_of

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()


def documented() -> Iterator[tuple[int, str]]:
    """Status and kind of each row of the table; a row may be of several."""
    for statuses, cell in re.findall(r"^\| ([45][0-9, ]+) \| (`.*?`) \|", PAGE, re.MULTILINE):
        kinds = re.findall(r"`([a-z-]+)`", cell)
        numbers = [int(status) for status in statuses.split(", ")]
        yield from zip(numbers * (1 if len(numbers) > 1 else len(kinds)), kinds, strict=True)


DOCUMENTED = set(documented())


def below(kind: type[Eval752Error]) -> Iterator[type[Eval752Error]]:
    yield kind
    for lower in kind.__subclasses__():
        yield from below(lower)


def every_kind() -> set[type[Eval752Error]]:
    for room in (domain, application, infrastructure, interface.api):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    return {kind for kind in below(Eval752Error) if not kind.__module__.startswith("tests")}


def test_every_error_of_the_project_has_a_row_that_is_documented() -> None:
    rows = [row_of(kind) for kind in every_kind()]
    assert {(row.status, row.name) for row in rows} <= DOCUMENTED


def test_every_row_that_is_documented_can_be_answered() -> None:
    own = {(kind.status, kind.name) for kind in KINDS.values()}
    assert DOCUMENTED - own == {(405, "method-not-allowed")}


@pytest.mark.parametrize("place", ["/var/lib/eval752/spool/upload-x", "file:///var/lib/eval752/e"])
def test_a_problem_names_no_path_of_this_machine(place: str) -> None:
    problem = problem_of(Refused(place, "a ZIP file", "none"), "r-1")
    assert problem.document["place"] == "the file"
    assert problem.document["detail"] == "the file: expected a ZIP file, found none"
    assert b"eval752/" not in problem.body


def test_a_problem_names_the_place_both_sides_and_the_way_on() -> None:
    problem = problem_of(InvalidInput("line 3, item", "a text", "7", "Quote it."), "r-1")
    assert problem.status == 400
    assert json.loads(problem.body) == {
        "type": "urn:eval752:problem:invalid-input",
        "title": "The request is not what it has to be",
        "status": 400,
        "detail": "line 3, item: expected a text, found 7. Quote it.",
        "instance": "r-1",
        "place": "line 3, item",
        "expected": "a text",
        "found": "7",
        "remedy": "Quote it.",
        "line": 3,
    }


def test_what_is_not_known_is_left_out() -> None:
    document = problem_of(NotFound("run/1", "a run", "none"), "r").document
    assert {"remedy", "line"}.isdisjoint(document)


def test_a_kind_that_has_no_row_is_told_as_the_nearest_above() -> None:
    assert problem_of(RootMismatch("a", "b", "c"), "r").status == 409


def test_of_a_fault_of_ours_no_place_is_told() -> None:
    problem = problem_of(ArchiveDamaged("/srv/archive/identity", "x", "secret"), "r-2")
    assert problem.status == 500
    assert set(problem.document) == {"type", "title", "status", "detail", "instance"}
    assert "secret" not in problem.body.decode()
    assert "/srv" not in problem.body.decode()


def test_what_the_service_waits_for_is_told() -> None:
    problem = problem_of(Unavailable("the service", "that it is ready", "that it is stopping"), "r")
    assert problem.document["found"] == "that it is stopping"
    assert problem.headers == {"Retry-After": "5"}


def test_long_words_are_cut() -> None:
    document = problem_of(InvalidInput("p", "e", "x" * 10_000), "r").document
    assert len(document["found"]) == len(document["detail"]) == 500


def test_words_that_are_no_characters_are_escaped() -> None:
    body = problem_of(InvalidInput("p", "e", "\udc80 \x1b é"), "r").body
    assert body.isascii()
    assert json.loads(body)["found"] == "\udc80 \x1b é"


def test_a_problem_has_the_headers_of_its_error_beside_its_own() -> None:
    headers = dict(problem_of(TooManyRequests("a", "b", "c").after(3), "r").raw_headers())
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"retry-after"] == b"3"
    assert int(headers[b"content-length"]) > 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, "not-found"),
        (405, "method-not-allowed"),
        (409, "refused"),
        (418, "i-m-a-teapot"),
        (422, "unreadable"),
        (500, "internal"),
        (502, "bad-gateway"),
    ],
)
def test_a_status_alone_is_a_problem_as_well(status: int, kind: str) -> None:
    problem = problem_of_status(status, None, "r")
    assert problem.status == problem.document["status"] == status
    assert problem.document["type"] == f"urn:eval752:problem:{kind}"
