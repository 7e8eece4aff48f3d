"""JSON in the members of a bounded zip: lines, documents, and the names of assets.

Not here: what the values mean.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.syntax import is_asset_name
from infrastructure.log_sources.bounded_zip import BoundedZip
from infrastructure.log_sources.json_values import read_object, whole
from infrastructure.log_sources.lines import lines_of
from infrastructure.log_sources.loose_json import Members, read_noted
from infrastructure.log_sources.raw_file import digest_of

_NO_DIGEST: Final = "0" * 64


class Row(NamedTuple):
    """A line that holds an object: where it stands, its size in bytes, and its members."""

    number: int
    place: str
    size: int
    members: Members


def rows(members: BoundedZip, name: str, account: Account) -> Iterator[Row]:
    """The lines of a member, each of which must hold an object.

    Raises:
        InvalidInput: naming the line that holds none.
    """
    for number, line in lines_of(members.chunks(name), name):
        place = f"{name}, line {number}"
        yield Row(number, place, len(line), read_object(line, place, account))


def document(members: BoundedZip, name: str, account: Account) -> Json:
    """The one value that a member holds, of at most 8 MiB.

    Raises:
        InvalidInput: when it is larger, or none.
    """
    return read_noted(whole(members.chunks(name), name), name, account)


def asset_of(members: BoundedZip, name: str) -> str:
    """The name that a member has as an asset; its extension is bin where its own is not allowed."""
    digest = digest_of(members.chunks(name))
    _, dot, ext = name.rpartition("/")[2].lower().rpartition(".")
    allowed = dot and is_asset_name(f"{_NO_DIGEST}.{ext}")
    return f"{digest}.{ext if allowed else 'bin'}"
