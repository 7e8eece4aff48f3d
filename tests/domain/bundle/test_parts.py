import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bundle import parts
from domain.bundle.layout import MAX_PART_BYTES
from domain.bundle.parts import (
    assets_of,
    check_shape,
    digest_of,
    read_part,
    salt_of,
    value_of,
    write_part,
)
from domain.canonical import Json, encode
from domain.errors import InvalidInput
from domain.evaluation.events import KINDS
from tests.runs import VALUES

SALT = "0123456789abcdef" * 2
SALTS = st.binary(min_size=16, max_size=16).map(bytes.hex)
ASSETS = st.lists(
    st.builds("{}.{}".format, st.sampled_from("0123").map(lambda d: d * 64),
              st.sampled_from(["png", "a", "json0000"])),
    max_size=3,
)  # fmt: skip


def nested(levels: int) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = [value]
    return value


@given(VALUES, SALTS, ASSETS)
def test_what_is_written_is_read_back(value: Json, salt: str, assets: list[str]) -> None:
    line = write_part(value, salt, assets)
    part = read_part(line, "here")
    assert encode(part.value) == encode(value) == value_of(line)
    assert list(part.assets) == list(assets_of(line)) == sorted(set(assets))
    assert salt_of(line) == salt
    assert digest_of(line) == sha256(line).hexdigest()
    assert json.loads(line).keys() == {"salt", "value"} | ({"assets"} if assets else set())


@settings(max_examples=250)
@given(VALUES, ASSETS, st.data())
def test_only_what_would_be_written_is_read(
    value: Json, assets: list[str], data: st.DataObject
) -> None:
    line = write_part(value, SALT, assets)
    at = data.draw(st.integers(0, len(line)))
    until = data.draw(st.integers(at, min(len(line), at + 3)))
    pieces = [b"", b" ", b",", b"1", b"-", b".0", b'"', b"],[", b"}", b'"value":', b"\\u0061"]
    changed = line[:at] + data.draw(st.sampled_from(pieces)) + line[until:]
    try:
        part = read_part(changed, "here")
    except InvalidInput:
        return
    assert write_part(part.value, salt_of(changed), part.assets) == changed


@pytest.mark.parametrize(
    "value", ["1,2", "1],[2", "", "[1]]", "1}", "1,\"zero\":2", "NaN", "1.0", "-0", "01", " 1"]
)  # fmt: skip
def test_a_value_that_is_not_one_canonical_value_is_refused(value: str) -> None:
    line = f'{{"salt":"{SALT}","value":{value}}}'.encode()
    with pytest.raises(InvalidInput, match="here"):
        read_part(line, "here")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"null",
        f'{{"salt":"{SALT}"}}'.encode(),
        f'{{"salt":"{SALT}","value":1'.encode(),
        f'{{"salt":"{SALT}","value":1,"zero":1}}'.encode(),
        f'{{"value":1,"salt":"{SALT}"}}'.encode(),
        f'{{"salt":"{SALT.upper()}","value":1}}'.encode(),
        f'{{"salt":"{SALT[2:]}","value":1}}'.encode(),
        b'{"salt":"","value":1}',
        b'{"value":1}',
        f'{{"assets":[],"salt":"{SALT}","value":1}}'.encode(),
        f'{{"assets":["a.png"],"salt":"{SALT}","value":1}}'.encode(),
        f'{{"assets":["{"0" * 64}.PNG"],"salt":"{SALT}","value":1}}'.encode(),
        f'{{"assets":["{"1" * 64}.a","{"0" * 64}.a"],"salt":"{SALT}","value":1}}'.encode(),
        f'{{"assets":["{"0" * 64}.a","{"0" * 64}.a"],"salt":"{SALT}","value":1}}'.encode(),
    ],
)
def test_what_is_no_part_is_refused(line: bytes) -> None:
    with pytest.raises(InvalidInput, match="here"):
        read_part(line, "here")


def test_a_value_nests_so_deep_that_a_view_of_it_keeps_within_the_limit() -> None:
    assert read_part(write_part(nested(126), SALT), "here").value == nested(126)
    with pytest.raises(InvalidInput, match="128 levels"):
        write_part(nested(127), SALT)
    deeper = b'{"salt":"%b","value":%b}' % (SALT.encode(), encode(nested(127)))
    with pytest.raises(InvalidInput, match="128 levels"):
        read_part(deeper, "here")


def test_a_line_is_at_most_8_mib() -> None:
    around = len(write_part("", SALT))
    line = write_part("a" * (MAX_PART_BYTES - around), SALT)
    assert len(line) == MAX_PART_BYTES
    assert len(str(read_part(line, "here").value)) == MAX_PART_BYTES - around
    with pytest.raises(InvalidInput, match="Put what is large into an asset"):
        write_part("a" * (MAX_PART_BYTES - around + 1), SALT)
    with pytest.raises(InvalidInput, match=f"at most {MAX_PART_BYTES} bytes"):
        read_part(line[:-2] + b'a"}', "here")


def test_the_same_value_under_another_salt_has_another_digest() -> None:
    one, other = (write_part("yes", salt) for salt in (SALT, SALT[::-1]))
    assert digest_of(one) != digest_of(other)


SHAPES: list[tuple[str, Any]] = [
    ("item", {"id": "q", "type": "open", "meta": {}, "section": "a"}),
    ("item", {"id": "", "type": ""}),
    ("question", {"inputs": None}),
    ("question", {"inputs": {}, "choices": []}),
    ("response", {"text": None, "usage": {}}),
    ("response", {"text": ""}),
    ("score", {"value": 0.5, "extracted": None, "why": "so"}),
    ("score", {"value": -1}),
    ("original", {"name": "log.json", "media_type": "application/json"}),
    ("environment", {}),
]


@pytest.mark.parametrize(("kind", "value"), SHAPES)
def test_a_value_of_the_shape_of_its_kind_is_accepted(kind: str, value: Json) -> None:
    check_shape(kind, value, "here")


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        ("item", {"type": "open"}, "here, item, id"),
        ("item", {"id": None, "type": "open"}, "here, item, id"),
        ("item", {"id": "q"}, "here, item, type"),
        ("item", {"id": "q", "type": "open", "section": None}, "here, item, section"),
        ("item", {"id": "q", "type": "open", "answer": None}, "here, item, answer"),
        ("item", {"id": "q", "type": "open", "inputs": None}, "here, item, inputs"),
        ("item", {"id": "q", "type": "open", "choices": []}, "here, item, choices"),
        ("question", {}, "here, question, inputs"),
        ("question", {"inputs": "", "choices": None}, "here, question, choices"),
        ("question", {"inputs": "", "choices": "ab"}, "here, question, choices"),
        ("question", {"inputs": "", "choices": ["a", 1]}, "here, question, choices"),
        ("question", {"inputs": "", "answer": "a"}, "here, question"),
        ("question", {"inputs": "", "id": "q"}, "here, question"),
        ("question", {"inputs": "", "type": "q"}, "here, question"),
        ("response", {}, "here, response, text"),
        ("response", {"text": 1}, "here, response, text"),
        ("response", {"text": False}, "here, response, text"),
        ("score", {}, "here, score, value"),
        ("score", {"value": None}, "here, score, value"),
        ("score", {"value": "1"}, "here, score, value"),
        ("score", {"value": True}, "here, score, value"),
        ("original", {"name": "log"}, "here, original, media_type"),
    ],
)
def test_what_a_shape_lacks_or_may_not_have_is_named(kind: str, value: Json, place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_shape(kind, value, "here")
    assert caught.value.place == place


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SHAPES}))
@pytest.mark.parametrize("value", [None, 1, "text", [], True])
def test_a_kind_with_a_shape_is_an_object(kind: str, value: Json) -> None:
    with pytest.raises(InvalidInput, match="an object"):
        check_shape(kind, value, "here")


@given(st.sampled_from(sorted({*KINDS} - {kind for kind, _ in SHAPES})), VALUES)
def test_other_kinds_may_be_anything(kind: str, value: Json) -> None:
    check_shape(kind, value, "here")


@given(VALUES, SALTS, ASSETS, st.data())
def test_the_quick_way_reads_what_the_long_way_reads_or_leaves_it_to_it(
    value: Json, salt: str, assets: list[str], data: st.DataObject
) -> None:
    line = write_part(value, salt, assets)
    at = data.draw(st.integers(0, len(line)))
    changed = line[:at] + data.draw(st.sampled_from([b"", b" ", b"1", b"]"])) + line[at + 1 :]
    for each in (line, changed):
        quick = parts._read_simple(each)
        assert quick is None or quick == parts._read_strictly(each, "here")


@pytest.mark.parametrize("levels", [125, 126, 127, 128])
def test_the_quick_way_nests_as_deep_as_the_long_way(levels: int) -> None:
    line = b'{"salt":"%b","value":%b}' % (SALT.encode(), encode(nested(levels)))
    assert (parts._read_simple(line) is None) == (levels > 126)
