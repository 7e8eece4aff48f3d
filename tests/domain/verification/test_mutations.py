"""Sound bundles with any member changed, and sums and signature made anew by whoever did it: the
verifier never raises, and never says verified."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain import canonical
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from scripts.bundle_by_hand import (
    ARCHIVE,
    KEYS,
    MANIFEST,
    NOTE,
    SUMS,
    Members,
    build,
    closed,
    signed,
    summed,
)
from scripts.conformance_fixture import whole
from scripts.recordings import ASSETS, SMALL, everything
from tests.members import report_on

PATIENT: Final = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
TRUSTING: Final = Policy(keys=[TrustedKey(VerifierKey.parse(ARCHIVE.verifier_key))])
BUNDLES: Final = {
    "small": whole(SMALL),
    "with everything": closed(build(everything(), assets=ASSETS)),
    "with questions withheld": closed(build(everything(), withhold={"question"}, assets=ASSETS)),
}
TOKENS: Final = [
    *(b"0", b"1", b"-1", b"2", b"1.5", b"1e3", b"-0", b"NaN", b"null", b"true", b"{}", b"[]"),
    *(b"9007199254740991", b"9007199254740992", b"1000000000000000", b"9" * 40, b'"1"', b'""'),
    *(b"[" * 200, b"\\ud800", b"\\u0000", b"\xff", b"\xc3\xa9", b"\n", b"\r\n", b" ", b",", b"}"),
]


@pytest.fixture(params=["orjson", "the standard library"], autouse=True)
def printer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test twice: with orjson, and as on a machine that has none."""
    if request.param != "orjson":
        monkeypatch.setattr(canonical, "orjson", None)


@st.composite
def changed_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with something replaced, taken out, put in, doubled or moved."""
    at = draw(st.integers(0, len(data)))
    until = min(len(data), at + draw(st.integers(0, 40)))
    piece = draw(st.sampled_from(TOKENS) | st.binary(max_size=3) | st.just(data[at:until] * 2))
    return data[:at] + piece + data[until:]


@st.composite
def changed_lines(draw: st.DrawFn, data: bytes) -> bytes:
    """The lines with some dropped, doubled or swapped."""
    lines = data.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 2))):
        at, other = (draw(st.integers(0, max(0, len(lines) - 1))) for _ in range(2))
        match draw(st.sampled_from(["drop", "double", "swap"])) if lines else "none":
            case "drop":
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines.append(b"{}\n")
    return b"".join(lines)


@st.composite
def changed_json(draw: st.DrawFn, data: bytes) -> bytes:
    """One line with one member of its JSON set to something else, canonical again."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return b"{}\n"
    at = draw(st.integers(0, len(lines) - 1))
    document: Any = json.loads(lines[at])
    place, keys = document, _keys(document)
    while keys and isinstance(place[key := draw(st.sampled_from(keys))], dict | list):
        if not _keys(place[key]) or draw(st.integers(0, 3)) == 0:
            break
        place, keys = place[key], _keys(place[key])
    if keys:
        place[key] = draw(VALUES)
    lines[at] = canonical.encode(document) + b"\n"
    return b"".join(lines)


VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, 2, -1, 10**15, 2**53 - 1, 0.5, "", "1", "q-001", "0" * 64, None, True, [], {}, [[0, 0]]]
)


def _keys(document: Any) -> Sequence[Any]:
    return sorted(document) if isinstance(document, dict) else range(len(document))


Way = Callable[[bytes], st.SearchStrategy[bytes]]


@st.composite
def changed_members(draw: st.DrawFn, way: Way) -> tuple[str, Members]:
    """A bundle with one member changed, and whether sums and signature go along."""
    bundle = BUNDLES[draw(st.sampled_from(sorted(BUNDLES)))]
    textual = [
        name for name in bundle if not name.startswith(("assets/", "proof/")) and name != SUMS
    ]
    name = draw(st.sampled_from(textual if way is not changed_bytes else [*bundle]))
    data = draw(way(bundle[name]))
    assume(data != bundle[name])
    changed = {**bundle, name: data}
    if name == SUMS or name.startswith("proof/"):
        return name, changed
    renewed = summed(changed)
    resigned = draw(st.booleans()) and name != MANIFEST
    return name, signed(renewed) if resigned else {**renewed, **_proofs(bundle)}


def _proofs(members: Members) -> Members:
    return {name: members[name] for name in (NOTE, KEYS)}


def _assert_found_out(name: str, members: Members) -> None:
    report = report_on(members, TRUSTING)
    if name.startswith("proof/"):
        assert report.lines[Check.SIGNATURE].outcome is not Outcome.PASSED
    else:
        assert not report.verified
    canonical.encode(report.to_json())


@settings(max_examples=120, suppress_health_check=PATIENT)
@given(changed_members(changed_bytes))
def test_no_byte_is_changed_unnoticed(change: tuple[str, Members]) -> None:
    _assert_found_out(*change)


@settings(max_examples=60, suppress_health_check=PATIENT)
@given(changed_members(changed_lines))
def test_no_line_is_dropped_doubled_or_moved_unnoticed(change: tuple[str, Members]) -> None:
    _assert_found_out(*change)


@settings(max_examples=120, suppress_health_check=PATIENT)
@given(
    changed_members(
        lambda data: changed_json(data) if data.startswith(b"{") else changed_bytes(data)
    )
)
def test_no_value_is_changed_unnoticed(change: tuple[str, Members]) -> None:
    _assert_found_out(*change)


def test_unchanged_they_are_sound() -> None:
    assert all(report_on(members, TRUSTING).verified for members in BUNDLES.values())
