"""A row of a promptfoo result file: which cell of its table it is, and what was tested.

Rows of all versions have the same parts here. Not here: what came of it (``results``).
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from domain.canonical import Json, encode
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.json_values import is_number, object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.promptfoo.container import Row

EXPECTED: Final = "__expected"
"""How names of vars begin that hold what is expected, in older versions."""

_COLUMN, _TEST = "promptIdx", "testIdx"
_OF_CELL: Final = frozenset(
    {"prompt", "output", "provider", "response", "pass", "success", "score"}
)
_LABELS: Final = ("label", "display", "raw")


class Address(NamedTuple):
    """The column and row of the table that a result states."""

    column: int
    test: int


def with_parts(members: Members) -> Members:
    """A row whose vars and response stand under these names, as they do from version 1 on."""
    if "vars" not in members:
        told: Json = {n: v for n, v in members.items() if n not in _OF_CELL}
        members = {**{n: v for n, v in members.items() if n in _OF_CELL}, "vars": told}
    if "output" in members and "response" not in members:
        members = {**members, "response": {"output": members["output"]}}
        del members["output"]
    return members


def address(row: Row) -> Address | None:
    """Where in the table it states to be; None where it does not.

    Raises:
        InvalidInput: when it states only half of it, or no number.
    """
    column, test = row.members.get(_COLUMN), row.members.get(_TEST)
    if column is None and test is None:
        return None
    for name, value in ((_COLUMN, column), (_TEST, test)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            found = shown(value)
            raise InvalidInput(f"{row.place}, {name}", "a whole number from 0", found)
    return Address(int(str(column)), int(str(test)))


def provider_of(members: Mapping[str, Json]) -> str:
    """The id of its provider; nothing where it names none."""
    provider = members.get("provider")
    if isinstance(provider, dict):
        provider = provider.get("id")
    return provider if isinstance(provider, str) else ""


def label_of(prompt: Json) -> str:
    """What a prompt is called: its label, or else the text of its template."""
    if isinstance(prompt, dict):
        prompt = next((prompt[name] for name in _LABELS if prompt.get(name)), "")
    return prompt if isinstance(prompt, str) else ""


def test_of(members: Mapping[str, Json]) -> Members:
    """What was tested: the vars, and the test case where the row repeats it."""
    return {name: members[name] for name in ("testCase", "vars") if name in members}


def number_of(value: Json) -> float | None:
    """A number as it is; None for anything else, true and false included."""
    return value if is_number(value) else None


def digest_of(value: Json) -> bytes:
    """A short digest, by which equal values are known as such."""
    return sha256(encode(value)).digest()[:16]


def item_row(members: Mapping[str, Json], number: int) -> Members:
    """The item that a test is: vars are the question, what is expected the answer."""
    case, told = object_at(members.get("testCase")), object_at(members.get("vars"))
    asserts = case.get("assert")
    expected = [value for name, value in told.items() if name.startswith(EXPECTED)]
    answer = [*(asserts if isinstance(asserts, list) else []), *expected]
    rest: Members = {
        n: v for n, v in case.items() if n not in {"vars", "assert"} and v not in _EMPTY
    }
    return {
        "id": str(number),
        "type": "freeform",
        "inputs": {n: v for n, v in told.items() if not n.startswith(EXPECTED)},
        "answer": answer or None,
        **({"meta": rest} if rest else {}),
    }


_EMPTY: Final[Sequence[Json]] = (None, "", [], {})
