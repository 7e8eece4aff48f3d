"""What was found damaged stands, by stream, until that was read again."""

from domain.errors import REBUILD, RESTORE, ArchiveDamaged, EvidenceDamaged, TablesDiffer
from interface.api.found_damage import Found, FoundDamage

RUN, DATASET, AT = "run/1", "dataset/1", "2026-11-26T00:00:00.000000Z"


def damage(stream: str, version: int = 7) -> EvidenceDamaged:
    return EvidenceDamaged(f"{stream}, version {version}", "an event", "another", RESTORE)


def made(forgotten: list[int] | None = None) -> FoundDamage:
    kept = [] if forgotten is None else forgotten
    return FoundDamage(lambda: AT, [lambda: kept.append(1)])


def told(found: Found | None) -> str:
    return str(found.damage) if found else ""


def test_the_first_damage_of_a_stream_stands_until_it_is_mended() -> None:
    found = made()
    for version in (7, 9):
        found.note(damage(RUN, version))
    assert told(found.of(DATASET, RUN)) == str(damage(RUN, 7))
    assert {*found.all} == {RUN}
    found.mend(RUN)
    assert found.of(DATASET, RUN) is None


def test_damage_is_that_of_the_stream_it_names_and_of_those_that_rest_on_it() -> None:
    found = made()
    found.note(damage(DATASET), RUN)
    assert told(found.of(RUN)) == told(found.of(DATASET)) == str(damage(DATASET))
    found.note(EvidenceDamaged("asset 0f.png", "bytes of this digest", "others"), "run/2")
    assert {*found.all} == {DATASET, RUN, "run/2"}


def test_what_was_made_before_is_forgotten_once() -> None:
    forgotten: list[int] = []
    found = made(forgotten)
    found.note(damage(RUN))
    found.note(damage(RUN, 9))
    assert forgotten == [1]


def test_damage_that_is_the_cause_of_another_error_is_noted_and_no_other_error() -> None:
    found = made()
    masked = ArchiveDamaged("read models", "events that they can take", "a damaged one")
    found.note(masked)
    assert not found.all
    masked.__cause__ = damage(RUN)
    found.note(masked)
    assert {*found.all} == {RUN}


def test_damaged_evidence_counts_before_tables_that_differ() -> None:
    found, tables = made(), TablesDiffer(f"{RUN}, tables, mean", "0.5", "0.99", REBUILD)
    for each in (tables, damage(RUN), tables):
        found.note(each)
    assert told(found.of(RUN)) == str(damage(RUN))
