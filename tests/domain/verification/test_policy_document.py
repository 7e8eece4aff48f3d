"""What a policy may say, and what is refused of it, with the place where it stands."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.verification.checks import Check
from domain.verification.policy import Policy
from domain.verification.policy_document import read_document
from scripts.bundle_by_hand import ARCHIVE, Signer
from scripts.policies_by_hand import BEFORE, SEALED_BY, root, timestamped, trusting, witnesses

DOUBLE = Signer(ARCHIVE.name, "another key")
KEY = ARCHIVE.verifier_key


def read(document: object) -> Policy:
    return read_document(document, "p.toml")


def test_an_empty_document_requires_nothing() -> None:
    assert read({}).is_empty


def test_all_that_a_policy_may_say() -> None:
    times = {"from": BEFORE, "until": SEALED_BY, "compromised": SEALED_BY}
    demands = {"require": ["completeness", "6", 5], "digests": ["0" * 64]}
    rest = {**witnesses(1, "w1", "w2"), **timestamped()}
    policy = read({**trusting(ARCHIVE, DOUBLE, **times), **demands, **rest})
    first, second = policy.keys
    assert (first.key.encode(), *first[1:]) == (KEY, BEFORE, SEALED_BY, SEALED_BY)
    assert (second.key.encode(), *second[1:]) == (DOUBLE.verifier_key, "", "", "")
    assert policy.required == {Check.COMPLETENESS, Check.TREE, Check.STREAM}
    assert policy.digests == {"0" * 64}
    assert (policy.quorum, [key.name for key in policy.witnesses]) == (1, ["w1", "w2"])
    assert [known.name for known in policy.roots] == ["tsa.example"]
    assert policy.roots[0].certificate.startswith(b"\x30")


@pytest.mark.parametrize(
    ("document", "check"),
    [
        (trusting(ARCHIVE), Check.SIGNATURE),
        (witnesses(1, "w1"), Check.WITNESS),
        (timestamped(), Check.TIME),
    ],
)
def test_whoever_is_named_must_have_signed(document: dict[str, Any], check: Check) -> None:
    assert read(document).all_required == {check}


@pytest.mark.parametrize(
    "time",
    [
        datetime(2026, 11, 24, tzinfo=UTC),
        datetime(2026, 11, 24, 2, 30, tzinfo=timezone(timedelta(hours=2, minutes=30))),
        SEALED_BY,
    ],
)
def test_a_time_is_one_moment_however_it_is_written(time: object) -> None:
    (trusted,) = read(trusting(ARCHIVE, until=time)).keys  # type: ignore[arg-type]  # TOML's
    assert trusted.until == SEALED_BY


def keyed(**more: object) -> dict[str, Any]:
    return {"origins": [{"name": ARCHIVE.name, "keys": [{"key": KEY, **more}]}]}


def witnessed(quorum: object, *keys: str) -> dict[str, Any]:
    return {"witnesses": {"quorum": quorum, "keys": [*keys]}}


W1 = witnesses(1, "w1")["witnesses"]["keys"][0]

REFUSED: list[tuple[object, str, str]] = [
    ([], "p.toml", "a table"),
    ({"requires": []}, "p.toml: requires", "one of origins, require, digests, timestamps, witn"),
    ({"require": "tree"}, "p.toml: require", "a list"),
    ({"require": ["tree", "luck"]}, "p.toml: require[1]", "one of container, "),
    ({"require": [19]}, "p.toml: require[0]", "one of container, "),
    ({"require": [["9"]]}, "p.toml: require[0]", "one of container, "),
    ({"require": ["policy"]}, "p.toml: require[0]", "one of container, "),
    ({"require": [18]}, "p.toml: require[0]", "one of container, "),
    ({"require": [True]}, "p.toml: require[0]", "one of container, "),
    ({"digests": ["0" * 63]}, "p.toml: digests[0]", "64 lower-case hex digits"),
    ({"origins": {}}, "p.toml: origins", "a list"),
    ({"origins": ["a"]}, "p.toml: origins[0]", "a table"),
    ({"origins": [{"keys": []}]}, "p.toml: origins[0].name", "a value"),
    ({"origins": [{"name": "A", "keys": []}]}, "p.toml: origins[0].name", "an origin"),
    ({"origins": [{"name": "a"}]}, "p.toml: origins[0].keys", "a key of a at least"),
    ({"origins": [{"name": "a", "keys": [{}]}]}, "p.toml: origins[0].keys[0].key", "a value"),
    ({"origins": [{"name": "a", "keys": [{"key": 1}]}]}, "p.toml: origins[0].keys[0].key", "a tex"),
    ({"origins": [{"name": "a", "keys": [{"key": KEY}]}]}, "p.toml: origins[0].keys[0].key",
     "a key of a"),
    (keyed(expires="x"), "p.toml: origins[0].keys[0].expires", "one of key, from, until, comprom"),
    (keyed(until="2026"), "p.toml: origins[0].keys[0].until", "a time with its offset"),
    (keyed(until=datetime(2026, 1, 1)), "p.toml: origins[0].keys[0].until", "a time with its"),  # noqa: DTZ001 - as TOML may have it
    (keyed(**{"from": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))}),
     "p.toml: origins[0].keys[0].from", "a time with its offset"),
    (keyed(**{"from": SEALED_BY, "until": BEFORE}), "p.toml: origins[0].keys[0].until",
     f"a time behind from, {SEALED_BY}"),
    ({"origins": [*keyed()["origins"], *keyed()["origins"]]}, "p.toml: origins", "each key once"),
    ({"witnesses": {"keys": [W1]}}, "p.toml: witnesses.quorum", "a value"),
    (witnessed(0, W1), "p.toml: witnesses.quorum", "1 to 1, the number of witnesses"),
    (witnessed(2, W1), "p.toml: witnesses.quorum", "1 to 1, the number of witnesses"),
    (witnessed(True, W1), "p.toml: witnesses.quorum", "a whole number"),
    (witnessed(1), "p.toml: witnesses.keys", "a witness at least"),
    (witnessed(1, W1, W1), "p.toml: witnesses.keys", "a key for each witness"),
    (witnessed(1, KEY), "p.toml: witnesses.keys[0]", "the key type 04 (cosignatures)"),
    ({"witnesses": {"quorum": 1, "keys": [W1], "key": ""}}, "p.toml: witnesses.key", "one of keys"),
    ({"timestamps": [{"name": "a"}]}, "p.toml: timestamps[0].root", "a value"),
    ({"timestamps": [{"name": "", "root": root()}]}, "p.toml: timestamps[0].name", "a text"),
    ({"timestamps": [{"name": "a", "root": root() * 2}]}, "p.toml: timestamps[0].root",
     "one certificate, in PEM"),
    ({"timestamps": [{"name": "a", "root": root().replace("MIHt", "MIHu", 1)}]},
     "p.toml: timestamps[0].root", "one certificate, in PEM"),
    ({"timestamps": [{"name": "a", "root": root().replace("MIHt", "MIH", 1)}]},
     "p.toml: timestamps[0].root", "one certificate, in PEM"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "place", "expected"), REFUSED)
def test_what_is_no_policy_is_refused_at_its_place(
    document: object, place: str, expected: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(document)
    assert refused.value.place == place
    assert refused.value.expected.startswith(expected)
    assert refused.value.found


def test_one_key_is_one_witness_whatever_it_is_called() -> None:
    twin = Signer("w2", "w1")
    typed = witnesses(1, "w1")["witnesses"]["keys"]
    again = read(witnesses(1, "w1")).witnesses[0]
    renamed = type(again)(twin.name, again.public_key, again.kind).encode()
    with pytest.raises(InvalidInput, match="no other witness's and no origin's"):
        read({"witnesses": {"quorum": 2, "keys": [*typed, renamed]}})


def test_an_archive_is_not_its_own_witness() -> None:
    own = Signer("w1", "w1")
    with pytest.raises(InvalidInput, match="no origin's"):
        read({**trusting(own), **witnesses(1, "w1")})
