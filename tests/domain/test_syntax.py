from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import syntax
from tests.events import DIGEST, ORIGINS, TIMES, UUID, UUIDS, ranges

Predicate = Callable[[object], bool]

RIGHT: list[tuple[Predicate, list[Any]]] = [
    (syntax.is_digest, [DIGEST, "0" * 64]),
    (syntax.is_salt, ["0123456789abcdef" * 2]),
    (syntax.is_uuid, [UUID]),
    (syntax.is_origin, ["a", "0", "archive-7f3a", "example.org/log", "a" * 128]),
    (syntax.is_stream, ["archive", f"run/{UUID}", f"dataset/{UUID}"]),
    (syntax.is_actor, ["claimed:local", "authenticated:a.b_c-9", "claimed:" + "a" * 64]),
    (syntax.is_word, ["recorder", "a", "inspect", "a_b"]),
    (syntax.is_asset_name, [f"{DIGEST}.png", f"{DIGEST}.a", f"{DIGEST}.12345678"]),
    (syntax.is_key, ["a", "archive+1234+AbC/=", "~" * 256]),
    (syntax.is_time, ["2026-11-23T09:00:00.000000Z", "0001-01-01T23:59:59.999999Z"]),
    (syntax.is_index, [0, 1, 2**53 - 1]),
    (syntax.is_ordinal, [1, 2**53 - 1]),
    (syntax.is_attempt, [1, 65535]),
    (syntax.is_epoch, [1, 10_000]),
    (syntax.is_section, [0, 4095]),
    (syntax.is_scorer_count, [0, 40]),
    (syntax.is_ranges, [[[0, 0]], [[0, 1], [3, 3]], [[5, 2**53 - 1]]]),
]
WRONG: list[tuple[Predicate, list[Any]]] = [
    (syntax.is_digest, [DIGEST[1:], DIGEST + "0", DIGEST.upper(), "g" * 64, "٠" * 64, 0]),
    (syntax.is_salt, ["0" * 31, "0" * 33, "A" * 32, ""]),
    (syntax.is_uuid, [UUID.upper(), UUID[1:], f"{{{UUID}}}", UUID.replace("-", "")]),
    (syntax.is_origin, ["", "A", "-a", ".a", "/a", "a_b", "a b", "a" * 129, "é"]),
    (syntax.is_stream, ["", "run", "run/1", f"model/{UUID}", f"archive/{UUID}", f"run/{UUID}/"]),
    (syntax.is_actor, ["local", "claimed:", "verified:a", "claimed:A", "claimed:a b"]),
    (syntax.is_actor, ["claimed:" + "a" * 65, "Claimed:a", "claimed:jané"]),
    (syntax.is_word, ["", "A", "1a", "_a", "a b", "a" * 33]),
    (syntax.is_asset_name, [DIGEST, f"{DIGEST}.", f"{DIGEST}.PNG", f"{DIGEST}.123456789"]),
    (syntax.is_asset_name, [f"../{DIGEST}.png", f"{DIGEST}.p/g", f"{DIGEST}.png.exe"]),
    (syntax.is_key, ["", "a b", "~" * 257, "é", "a\x7f"]),
    (syntax.is_time, ["2026-11-23T09:00:00Z", "2026-11-23 09:00:00.000000Z", ""]),
    (syntax.is_time, ["2026-13-23T09:00:00.000000Z", "2026-11-32T09:00:00.000000Z"]),
    (syntax.is_time, ["2026-11-23T24:00:00.000000Z", "2026-11-23T09:60:00.000000Z"]),
    (syntax.is_time, ["2026-11-23T09:00:60.000000Z", "2026-11-23T09:00:00.000000z"]),
    (syntax.is_index, [-1, 2**53, 0.0, True, "0", None]),
    (syntax.is_ordinal, [0, -1, 2**53, 1.0, True]),
    (syntax.is_attempt, [0, 65536, True, 1.0]),
    (syntax.is_epoch, [0, 10_001, True, 1.0]),
    (syntax.is_section, [-1, 4096, True, 0.0]),
    (syntax.is_scorer_count, [-1, 41, True]),
    (
        syntax.is_ranges,
        [[], [[]], [[0]], [[0, 1, 2]], [[1, 0]], [[0, 1], [1, 2]], [[0, 1], [2, 3]]],
    ),
    (syntax.is_ranges, [[[3, 4], [0, 1]], [["0", "1"]], [[0, 2**53]], [[-1, 0]], [[0, True]]]),
    (syntax.is_ranges, ["00", {"0": 1}, [(0, 1)], None, [None], [[0.0, 1.0]]]),
]


@pytest.mark.parametrize(("matches", "values"), RIGHT)
def test_what_has_the_form_is_accepted(matches: Predicate, values: list[Any]) -> None:
    assert [value for value in values if not matches(value)] == []


@pytest.mark.parametrize(("matches", "values"), WRONG)
def test_what_has_another_form_is_not(matches: Predicate, values: list[Any]) -> None:
    assert [value for value in values if matches(value)] == []


@pytest.mark.parametrize(("matches", "values"), RIGHT[:10])
def test_nothing_may_stand_before_or_behind(matches: Predicate, values: list[str]) -> None:
    around = ("{}\n", "\n{}", "{}\0", " {}", "{} ", "{}\u2028")
    assert not any(matches(form.format(value)) for value in values for form in around)


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.text(), max_size=2))
def test_what_is_no_text_is_no_name(value: object) -> None:
    assert not any(matches(value) for matches, _ in RIGHT[:10])


@given(UUIDS, ORIGINS, TIMES, ranges())
def test_whatever_is_made_by_the_rule_fits_it(
    uuid: str, origin: str, time: str, plan: list[list[int]]
) -> None:
    assert syntax.is_uuid(uuid)
    assert syntax.is_origin(origin)
    assert syntax.is_time(time)
    assert syntax.is_ranges(plan)
