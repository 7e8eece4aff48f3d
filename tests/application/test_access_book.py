"""Tokens, projects and places, as they follow from the archive's own stream."""

import pytest

from application.access import MAIN, Place, Principal, Role
from application.access_book import SECRET_BYTES, AccessBook, Token, TokenRequest
from application.journal import Entry
from domain.errors import InvalidInput, NotFound, Refused
from interface.bootstrap.archive import Archive
from tests.archives import RUN, key, stored

ID = "01990000-0000-7000-8000-0000000000aa"
NOW = "2026-11-23T09:00:00.000000Z"
LATER = "2026-11-24T09:00:00.000000Z"
AUDITOR = TokenRequest(Role.AUDITOR, label="the audit of 2026")


@pytest.fixture
def book(archive: Archive) -> AccessBook:
    archive.journal().created()
    return AccessBook(archive.store, archive.journal().key)


def write(archive: Archive, book: AccessBook, *entries: Entry) -> None:
    archive.journal().write(entries)
    book.catch_up()


def issue(archive: Archive, book: AccessBook, wanted: TokenRequest, token: str = ID) -> str:
    text, entry = book.issue(wanted, token, bytes(range(SECRET_BYTES)), NOW)
    write(archive, book, entry)
    return text


def test_a_token_stands_for_its_role_and_project(archive: Archive, book: AccessBook) -> None:
    text = issue(archive, book, TokenRequest(Role.RECORDER, MAIN))
    assert book.principal(text, NOW) == Principal(ID, Role.RECORDER, MAIN)


def test_its_secret_is_nowhere_in_the_archive(archive: Archive, book: AccessBook) -> None:
    text = issue(archive, book, AUDITOR)
    secret = text.rpartition("_")[2]
    held = [(each.line, *each.parts.values()) for each in stored(archive, "archive")]
    assert secret.encode() not in b"".join(piece for pieces in held for piece in pieces)
    assert [(t.id, t.role, t.label) for t in book.tokens] == [(ID, Role.AUDITOR, AUDITOR.label)]


@pytest.mark.parametrize("spoil", ["secret", "id", "prefix", "space", "empty", "long"])
def test_anything_else_stands_for_nobody(archive: Archive, book: AccessBook, spoil: str) -> None:
    text = issue(archive, book, AUDITOR)
    spoiled = {
        "secret": text[:-1] + ("A" if text[-1] != "A" else "B"),
        "id": text.replace("aa_", "ab_"),
        "prefix": text.replace("eval752", "eval753"),
        "space": f"{text} ",
        "empty": "",
        "long": text * 100,
    }
    assert book.principal(spoiled[spoil], NOW) is None


def test_a_revoked_token_stands_for_nobody(archive: Archive, book: AccessBook) -> None:
    text = issue(archive, book, AUDITOR)
    write(archive, book, book.revoke(ID))
    assert book.principal(text, NOW) is None
    with pytest.raises(Refused, match="revoked"):
        book.revoke(ID)
    with pytest.raises(NotFound):
        book.revoke("another")


def test_an_expired_token_stands_for_nobody(archive: Archive, book: AccessBook) -> None:
    text = issue(archive, book, TokenRequest(Role.AUDITOR, expires=LATER))
    assert book.principal(text, NOW) is not None
    assert book.principal(text, LATER) is None


@pytest.mark.parametrize(
    "wanted",
    [
        TokenRequest(Role.RECORDER),
        TokenRequest(Role.AUDITOR, "nowhere"),
        TokenRequest(Role.ADMINISTRATOR, MAIN),
        TokenRequest(Role.AUDITOR, expires="tomorrow"),
        TokenRequest(Role.AUDITOR, expires=NOW),
    ],
)
def test_a_token_that_would_mean_nothing_is_refused(book: AccessBook, wanted: TokenRequest) -> None:
    with pytest.raises(InvalidInput):
        book.issue(wanted, ID, bytes(SECRET_BYTES), NOW)


def test_a_project_is_a_new_word(archive: Archive, book: AccessBook) -> None:
    write(archive, book, book.add_project("red-team"))
    assert book.projects == [MAIN, "red-team"]
    with pytest.raises(Refused):
        book.add_project("red-team")
    with pytest.raises(InvalidInput):
        book.add_project("Red Team")
    assert issue(archive, book, TokenRequest(Role.RECORDER, "red-team"))


def test_a_stream_belongs_to_who_began_it(archive: Archive, book: AccessBook) -> None:
    run = key(archive, RUN)
    assert book.place(run) == Place()
    entry = book.assign(run, MAIN)._replace(actor="authenticated:me")
    write(archive, book, entry)
    assert book.place(run) == Place(MAIN, "me")


def test_a_book_that_is_opened_again_says_the_same(archive: Archive, book: AccessBook) -> None:
    text = issue(archive, book, AUDITOR)
    write(archive, book, book.add_project("p"), book.assign(key(archive, RUN), "p"))
    again = AccessBook(archive.store, archive.journal().key)
    assert again.tokens == book.tokens
    assert isinstance(again.tokens[0], Token)
    assert again.projects == book.projects
    assert again.place(key(archive, RUN)) == book.place(key(archive, RUN))
    assert again.principal(text, NOW) == book.principal(text, NOW)
