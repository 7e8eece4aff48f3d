from dataclasses import asdict
from random import Random
from typing import Any

import pytest

from application.page_rows import _TAKE, add_page
from application.ports import Append, Page, StreamKey
from application.projected_rows import StreamRows
from application.rows import Held
from domain.canonical import Json
from domain.errors import EvidenceDamaged
from domain.evaluation.archive_keys import ArchiveKeys
from domain.evaluation.events import TYPES
from domain.evaluation.items import section_name
from tests.histories import random_history, withholding
from tests.stream_builder import StreamBuilder

KEY = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000001")


def rows_of(append: Append) -> StreamRows:
    rows = StreamRows(append.key, append.after + 1)
    for page in append.pages:
        add_page(page, rows)
    return rows


def scored(value: int | float) -> Append:
    """A score at the end of a stream of nothing else, which only a projector takes."""
    run = StreamBuilder(Random(1), KEY.origin, "run")
    run.state.subject = ArchiveKeys()  # which lets anything follow
    facts = {"epoch": 1, "item": 0, "scorer": 0}
    run.add("item.scored", facts, score={"value": value})
    (append,) = run.appends()
    return append


def test_every_type_of_event_is_taken() -> None:
    assert _TAKE.keys() == TYPES.keys()


@pytest.mark.parametrize("seed", range(5))
def test_parts_are_found_by_their_digests_wherever_they_stand(seed: int) -> None:
    chance = Random(seed)
    for append in random_history(chance):
        before = asdict(rows_of(append))
        (page,) = append.pages
        shuffled = [*page.parts, b'{"salt":"00000000000000000000000000000000","value":0}']
        chance.shuffle(shuffled)
        append.pages = [page._replace(parts=shuffled)]
        assert asdict(rows_of(append)) == before


def told(append: Append) -> tuple[Any, Held]:
    ((_, _, _, _, value, held),) = rows_of(append).scores
    return value, Held(held)


def test_a_score_is_disclosed_withheld_or_missing() -> None:
    assert told(scored(0.5)) == (0.5, Held.DISCLOSED)
    assert told(withholding([scored(0.5)], {"score"})[0]) == (None, Held.WITHHELD)
    append = scored(0.5)
    (page,) = append.pages
    append.pages = [page._replace(parts=[])]
    assert told(append) == (None, Held.MISSING)


def gave_up(error: Json) -> Append:
    """A failure at the end of a stream of nothing else, which only a projector takes."""
    run = StreamBuilder(Random(1), KEY.origin, "run")
    run.state.subject = ArchiveKeys()  # which lets anything follow
    run.add("item.failed", {"epoch": 2, "item": 7}, error=error)
    (append,) = run.appends()
    return append


@pytest.mark.parametrize(("error", "kind"), [({"kind": "timeout"}, "timeout"), ("gave up", "")])
def test_the_kind_of_an_error_is_disclosed_withheld_or_missing(error: Json, kind: str) -> None:
    append = gave_up(error)
    assert rows_of(append).failures == [(1, 7, 2, kind, Held.DISCLOSED)]
    withheld = withholding([gave_up(error)], {"error"})[0]
    assert rows_of(withheld).failures == [(1, 7, 2, None, Held.WITHHELD)]
    append.pages = [page._replace(parts=[]) for page in append.pages]
    assert rows_of(append).failures == [(1, 7, 2, None, Held.MISSING)]


def test_a_score_beyond_53_bits_is_a_double() -> None:
    (value, _) = told(scored(1e20))
    assert (value, type(value)) == (1e20, float)
    assert told(scored(2**53 - 1))[0] == 2**53 - 1


@pytest.mark.parametrize(
    ("actor", "owner"),
    [(b"authenticated:t-1", "t-1"), (b"claimed:t-1", ""), (b"claimed:x", "")],
)
def test_a_stream_is_owned_by_the_token_that_assigned_it(actor: bytes, owner: str) -> None:
    facts = b'{"project":"alpha","source":"archive-1","stream":"run/1"}'
    line = b'{"actor":"%b","facts":%b,"parts":{},"type":"archive.assigned","version":7}'
    rows = StreamRows(StreamKey("archive-1", "archive"), 7)
    add_page(Page(7, [line % (actor, facts)], []), rows)
    assert rows.assignments == [(7, "archive-1", "run/1", "alpha", owner)]


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"section": "Europe"}, "Europe"),
        ({"meta": {"section": "Asia"}}, "Asia"),
        ({"section": "Europe", "meta": {"section": "Asia"}}, "Europe"),
        ({"meta": {"section": 7}}, ""),
        ({"meta": []}, ""),
        ({}, ""),
    ],
)
def test_a_section_is_named_by_the_item_or_its_meta_data(item: dict[str, Any], name: str) -> None:
    assert section_name(item) == name


@pytest.mark.parametrize(
    "line",
    [
        b"no event",
        b"[]",
        b'{"type":"run.renamed","version":1}',
        b'{"facts":{},"parts":{},"type":"item.scored","version":1}',
        b'{"type":"item.scored","version":1}',
        b'{"facts":[],"parts":{},"type":"run.registered","version":1}',
        b"[" * 100_000,
    ],
)
def test_what_could_not_have_been_recorded_is_damage(line: bytes) -> None:
    with pytest.raises(EvidenceDamaged, match=r"run/.*, version 7: expected"):
        add_page(Page(7, [line], []), StreamRows(KEY, 7))
