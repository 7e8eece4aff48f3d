import pytest

from application.spooled_members import SpooledMembers
from domain.bundle.layout import EVENTS, META, PARTS
from domain.errors import NotFound
from infrastructure.content.spool import FileSpool
from interface.bootstrap.archive import Archive


def test_two_spools_are_read_as_members() -> None:
    with FileSpool() as events, FileSpool() as parts:
        events.write(b"one\ntwo\n")
        members = SpooledMembers(events, parts)
        assert members.names() == [EVENTS, PARTS]
        assert (members.size(EVENTS), members.size(PARTS)) == (8, 0)
        assert b"".join(members.chunks(EVENTS)) == b"one\ntwo\n"
        assert members.read_at(EVENTS, 4, 3) == b"two"


def test_there_are_no_other_members() -> None:
    with FileSpool() as events, FileSpool() as parts:
        members = SpooledMembers(events, parts)
        with pytest.raises(NotFound):
            members.chunks(META)


def test_of_the_assets_those_that_are_disclosed_are_members(archive: Archive) -> None:
    shown, hidden = (archive.assets.put([data], "png") for data in (b"shown", b"hidden"))
    with FileSpool() as events, FileSpool() as parts:
        members = SpooledMembers(events, parts, archive.assets, {shown})
        assert members.names() == [EVENTS, PARTS, f"assets/{shown}"]
        assert members.size(f"assets/{shown}") == 5
        assert b"".join(members.chunks(f"assets/{shown}")) == b"shown"
        for name in (f"assets/{hidden}", shown):
            with pytest.raises(NotFound):
                members.size(name)
