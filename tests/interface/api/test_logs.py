import json
import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog

from domain.errors import ArchiveDamaged
from interface.api import logs


@pytest.fixture(autouse=True)
def _as_before() -> Generator[None]:
    """What is configured is the process's, and other tests are in it too."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("uvicorn", "asyncio")}
    yield
    root.handlers[:], root.level = handlers, level
    for name, number in levels.items():
        logging.getLogger(name).setLevel(number)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged on stderr; stdout has none of it."""
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


def test_our_lines_and_those_of_libraries_are_objects_of_one_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().info("ours", bytes=3)
    logging.getLogger("uvicorn.error").warning("theirs: %s", "a\nb")
    ours, theirs = lines(capsys)
    assert len(ours.pop("time")) == len(theirs.pop("time")) == 27
    assert ours == {"message": "ours", "level": "info", "bytes": 3, "request_id": "r-1"}
    assert theirs == {"message": "theirs: a\nb", "level": "warning"}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("debug", "1234"), ("info", "234"), ("warning", "34"), ("error", "4")],
)
def test_what_is_below_the_level_is_not_logged(
    level: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(level)
    for number, name in enumerate(("debug", "info", "warning", "error"), 1):
        getattr(structlog.get_logger(), name)(str(number))
        getattr(logging.getLogger("some.library"), name)(str(number))
    assert "".join(line["message"] for line in lines(capsys)) == "".join(c * 2 for c in expected)


def test_what_a_server_says_at_each_start_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert lines(capsys) == []
    logs.configure("debug")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert [line["message"] for line in lines(capsys)] == ["Started server process"]


def fault_of(fault: Exception) -> Exception:
    try:
        raise fault
    except type(fault) as raised:
        return raised


def test_a_fault_is_told_by_its_kind_and_place_and_not_by_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info")
    logs.log_fault(fault_of(ValueError("what a model said")))
    try:
        raise fault_of(KeyError("what a model said"))
    except KeyError:
        logging.getLogger("uvicorn.error").exception("in the app")
    ours, theirs = lines(capsys)
    assert (ours["fault"], theirs["fault"]) == ("ValueError", "KeyError")
    assert ours["at"][-1].endswith(" fault_of")
    assert theirs["message"] == "in the app"
    assert "what a model said" not in json.dumps([ours, theirs])


def test_an_error_of_ours_is_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    logs.log_fault(ArchiveDamaged("page 3", "abc", "abd"))
    (line,) = lines(capsys)
    assert line["error"] == "page 3: expected abc, found abd"
    assert line["level"] == "error"
