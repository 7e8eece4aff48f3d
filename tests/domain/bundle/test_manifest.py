import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.manifest import Counts, Manifest, Section, StreamEnd, read_manifest
from domain.canonical import encode
from domain.errors import InvalidInput
from domain.evaluation.events import KINDS
from tests.events import DIGESTS, INDEXES, ORDINALS, ORIGINS, UUIDS
from tests.runs import VALUES

COUNTS = st.dictionaries(st.sampled_from(KINDS), INDEXES, max_size=3)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    kind = draw(st.sampled_from(["dataset", "run"]))
    names = ["dataset", "run"] if kind == "run" else ["dataset"]
    return Manifest(
        kind=kind,
        streams=[
            StreamEnd(draw(ORIGINS), draw(DIGESTS), draw(ORDINALS), f"{name}/{draw(UUIDS)}")
            for name in names
        ],
        counts=Counts(*(draw(INDEXES) for _ in range(5))),
        sections=[
            Section(draw(INDEXES), f"sections/{n}.jsonl") for n in range(draw(st.integers(0, 3)))
        ],
        withheld=draw(COUNTS),
        erased=draw(COUNTS),
    )


SMALL = Manifest(
    kind="dataset",
    streams=[
        StreamEnd("archive-7f3a", "0" * 64, 3, "dataset/01990000-0000-7000-8000-0000000000aa")
    ],
    counts=Counts(0, 3, 0, 1, 0),
    sections=[],
    withheld={},
    erased={},
)


@given(manifests())
def test_what_is_written_is_read_back(manifest: Manifest) -> None:
    data = manifest.encode()
    read = read_manifest(data)
    assert read == manifest
    assert read.encode() == data
    assert data == encode(json.loads(data)) + b"\n"


@given(manifests(), st.data())
def test_any_other_document_is_refused_and_nothing_worse(
    manifest: Manifest, data: st.DataObject
) -> None:
    document: Any = json.loads(manifest.encode())
    place: Any = document
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    else:
        key = "more" if isinstance(place, dict) else slice(0, 0)
    value = data.draw(VALUES)
    place[key] = [value] if isinstance(key, slice) else value
    changed = encode(document) + b"\n"
    try:
        read = read_manifest(changed)
    except InvalidInput as problem:
        told = problem.place
    else:
        told = ""
        assert read.encode() == changed
    assert told.startswith("manifest.json") or not told


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"null\n",
        SMALL.encode()[:-1],
        SMALL.encode() + b"\n",
        b" " + SMALL.encode(),
        SMALL.encode().replace(b'"version":1', b'"version":1.0'),
        SMALL.encode().replace(b'"version":1', b'"version":true'),
        SMALL.encode().replace(b'"counts":{', b'"counts":{"assets":0,'),
    ],
)
def test_only_the_one_way_to_write_it_is_read(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"manifest\.json"):
        read_manifest(data)


@pytest.mark.parametrize("version", [0, 2, "1", None, [], True])
def test_a_version_that_is_not_known_is_told_with_the_way_on(version: Any) -> None:
    document = {**json.loads(SMALL.encode()), "version": version}
    with pytest.raises(InvalidInput, match="Use a newer eval752") as caught:
        read_manifest(encode(document) + b"\n")
    assert caught.value.place == "manifest.json, version"


@pytest.mark.parametrize(
    "kinds",
    ["", "run", "run dataset", "dataset run run", "dataset dataset", "dataset run archive"],
)
def test_a_run_has_a_dataset_and_itself(kinds: str) -> None:
    (end,) = SMALL.streams
    names = [kind if kind == "archive" else f"{kind}{end.stream[7:]}" for kind in kinds.split()]
    document = json.loads(SMALL.encode())
    document |= {"kind": "run", "streams": [end._replace(stream=n)._asdict() for n in names]}
    with pytest.raises(InvalidInput) as caught:
        read_manifest(encode(document) + b"\n")
    assert caught.value.place == "manifest.json, streams"
