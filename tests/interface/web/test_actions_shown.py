"""Actions in words: whose stream an event is about, and what of its facts is told."""

from pathlib import Path

import pytest

from application.access import Role
from application.access_book import Token
from application.journal import Entry, about, of_bundle
from application.ports import StreamKey
from interface.web import actions_shown as actions_shown_module
from interface.web.actions_shown import Which, actions_shown
from tests.archives import RUN, key, open_fixed

UUID = RUN.removeprefix("run/")
TOKEN = "00000000-0000-7000-8000-0000000000aa"


def test_an_action_is_about_a_run_here_or_a_stream_of_another_archive(tmp_path: Path) -> None:
    other = StreamKey("archive-b", f"dataset/{UUID}")
    ada = Token(TOKEN, Role.AUDITOR, None, "", "", None, "Ada")
    with open_fixed(tmp_path, "archive-a") as archive:
        entries = [
            Entry("archive.disclosed", about(key(archive), item=3), f"authenticated:{TOKEN}"),
            of_bundle("archive.imported", other, 7, "ab" * 32, "cd" * 32)._replace(
                actor=f"claimed:{TOKEN}"
            ),
        ]
        archive.journal().write(entries)
        found = actions_shown(archive.store, archive.journal().key, [ada], Which(99, 2))
    came, seen = found.shown
    assert (seen.what, seen.run, seen.about, seen.who) == (
        *("Content was looked at", UUID, "item 3", "Ada"),
    )
    assert (came.run, came.who, came.actor) == ("", "", f"claimed:{TOKEN}")
    for told in ("of archive-b", f"dataset/{UUID}", "size 7", f"root {'ab' * 8}…"):
        assert told in came.about.split("; ")
    assert found.before == 2


def test_the_first_action_has_none_before_it(tmp_path: Path) -> None:
    with open_fixed(tmp_path, "archive-a") as archive:
        found = actions_shown(archive.store, archive.journal().key, (), Which(99, 50))
        (first,) = found.shown
        assert (first.version, first.type, found.before) == (1, "archive.created", None)
        nothing = actions_shown(archive.store, archive.journal().key, (), Which(1, 50))
    assert (nothing.shown, nothing.before) == ([], None)


def test_without_looks_every_page_is_full_but_the_last(tmp_path: Path) -> None:
    with open_fixed(tmp_path, "archive-a") as archive:
        look = Entry("archive.disclosed", about(key(archive)), f"authenticated:{TOKEN}")
        for number in range(5):
            archive.journal().write(
                [*[look] * 450, Entry("project.added", {"project": f"p{number}"})]
            )
        own = archive.journal().key
        pages = list[list[str]]()
        before: int | None = 10**6
        while before:
            found = actions_shown(archive.store, own, (), Which(before, 2, looks=False))
            pages.append(
                [each.about if each.type == "project.added" else each.type for each in found.shown]
            )
            before = found.before
    assert pages == [
        ["project p4", "project p3"],
        ["project p2", "project p1"],
        ["project p0", "archive.created"],
    ]


def test_what_is_looked_through_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions_shown_module, "LOOKED_THROUGH", 400)
    with open_fixed(tmp_path, "archive-a") as archive:
        look = Entry("archive.disclosed", about(key(archive)), f"authenticated:{TOKEN}")
        archive.journal().write([look] * 1000)
        found = actions_shown(
            archive.store, archive.journal().key, (), Which(10**6, 2, looks=False)
        )
    assert (found.shown, found.before) == ([], 602)
