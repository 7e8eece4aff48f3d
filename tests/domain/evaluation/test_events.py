import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import canonical
from domain.errors import InvalidInput
from domain.evaluation.events import (
    KINDS,
    MAX_ENVELOPE_BYTES,
    TYPES,
    Event,
    check_content,
    read_event,
    write_event,
)
from tests.events import DATASET, DIGEST, RUN, any_event, event
from tests.tables import PAGE, types


@pytest.fixture(params=["orjson", "the standard library"], autouse=True)
def printer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test twice: with orjson, and as on a machine that has none."""
    if request.param != "orjson":
        monkeypatch.setattr(canonical, "orjson", None)


def twice(examples: int) -> settings:
    """Settings for a property of which both runs may share the patched module."""
    allowed = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=examples, suppress_health_check=allowed)


def test_the_types_are_those_of_the_page() -> None:
    page = types()
    assert page.keys() == TYPES.keys()
    for name, spec in TYPES.items():
        assert page[name].streams == spec.streams, name
        assert page[name].facts == _marked(spec.facts.keys(), spec.required_facts), name
        assert page[name].parts == _marked(spec.parts, spec.required_parts), name


def _marked(names: Any, required: frozenset[str]) -> set[str]:
    return {name if name in required else f"{name}?" for name in names}


def test_the_kinds_are_those_of_the_page() -> None:
    told = PAGE.partition("Kinds are a closed list:")[2].partition(". Shapes")[0]
    assert tuple(re.findall(r"`([a-z]+)`", told)) == KINDS


@twice(80)
@given(any_event())
def test_what_is_written_is_read_back(written: Event) -> None:
    line = write_event(written)
    read = read_event(line, "line 1")
    assert read == written
    assert line.isascii()
    assert write_event(read) == line


@st.composite
def disturbed(draw: st.DrawFn, line: bytes) -> bytes:
    """The line with some bytes replaced, taken out, put in or doubled."""
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(line)))
        until = min(len(line), at + draw(st.integers(0, 3)))
        more = draw(
            st.sampled_from([b"", b"0", b"-", b".0", b"e1", b" ", b'"', b"\\u0061", b"\xc3\xa9"])
            | st.binary(max_size=2)
            | st.just(line[at:until] * 2)
        )
        line = line[:at] + more + line[until:]
    return line


@twice(150)
@given(any_event(), st.data())
def test_only_what_would_be_written_is_read(written: Event, data: st.DataObject) -> None:
    line = data.draw(disturbed(write_event(written)))
    try:
        read = read_event(line, "line 1")
    except InvalidInput:
        return
    assert write_event(read) == line


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"attempt": 0}, "attempt 0"),
        ({"attempt": 2**16}, "attempt 65536"),
        ({"attempt": True}, "attempt true"),
        ({"attempt": 1.5}, "attempt 1.5"),
        ({"attempt": "1"}, "attempt '1'"),
        ({"epoch": 0}, "epoch 0"),
        ({"epoch": 10_001}, "epoch 10001"),
        ({"item": -1}, "item -1"),
        ({"item": 2**53}, "item 9007199254740992"),
        ({"latency_ms": None}, "latency_ms null"),
        ({"occurred": "2026-11-23"}, "occurred '2026-11-23'"),
        ({"scorer": 0}, "scorer 0"),
    ],
)
def test_a_fact_of_another_form_is_named(facts: dict[str, Any], named: str) -> None:
    sound = {"attempt": 1, "epoch": 1, "item": 0}
    wrong = event("item.answered", {**sound, **facts}, {"response": DIGEST})
    with pytest.raises(InvalidInput) as caught:
        check_content(wrong, "here")
    assert (caught.value.place, caught.value.found) == ("here, facts", named)


def test_a_fact_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"attempt in item\.answered"):
        check_content(event("item.answered", {"epoch": 1, "item": 0}, {"response": DIGEST}), "")


@pytest.mark.parametrize("parts", [{}, {"request": DIGEST}, {"response": DIGEST, "score": DIGEST}])
def test_an_answer_has_a_response_and_perhaps_a_request(parts: dict[str, str]) -> None:
    facts = {"attempt": 1, "epoch": 1, "item": 0}
    with pytest.raises(InvalidInput, match="response, request or not"):
        check_content(event("item.answered", facts, parts), "here")


def test_an_event_stands_in_no_stream_of_another_kind() -> None:
    with pytest.raises(InvalidInput, match="expected run, found dataset"):
        check_content(event("run.started", stream=DATASET), "here")


def test_a_key_may_have_brackets_and_backslashes() -> None:
    created = event("archive.created", {"key": 'a+{"b\\'}, stream="archive")
    assert read_event(write_event(created), "line 1") == created


def test_a_version_of_sixteen_digits_is_read() -> None:
    late = event("run.started", version=2**53 - 1)
    assert read_event(write_event(late), "line 1") == late


def test_a_line_beyond_8_kib_is_refused() -> None:
    wide = [[3 * number, 3 * number] for number in range(2000)]
    facts = {"epochs": 1, "plan_source": "recorder", "ranges": wide}
    line = write_event(event("run.planned", facts))
    with pytest.raises(InvalidInput, match=f"at most {MAX_ENVELOPE_BYTES} bytes"):
        read_event(line, "line 1")


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b"null", b'{"type":"run.started"}', b"\xff"])
def test_what_is_no_envelope_is_refused(line: bytes) -> None:
    with pytest.raises(InvalidInput, match="line 7"):
        read_event(line, "line 7")


def test_facts_nested_without_end_are_refused() -> None:
    line = write_event(event("run.started", stream=RUN))
    deep = line.replace(b'"facts":{}', b'"facts":{"a":%b}' % (b"[" * 3000 + b"]" * 3000))
    with pytest.raises(InvalidInput, match="nesting"):
        read_event(deep, "line 1")
