"""A checkpoint is read as it is written, and in no other way; real logs' are read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.transparency.checkpoint import Checkpoint, parse_signed
from domain.transparency.merkle import EMPTY_ROOT

TEXT = Checkpoint("archive-7f3a", 5, bytes(32)).text()


def test_a_checkpoint_is_three_lines() -> None:
    root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert Checkpoint("a.example/log", 0, EMPTY_ROOT).text() == f"a.example/log\n0\n{root}\n"


@given(st.from_regex(r"[a-z0-9][a-z0-9./-]{0,30}", fullmatch=True), st.integers(0, 2**63 - 1),
       st.binary(min_size=32, max_size=32), st.lists(st.just("more"), max_size=2))  # fmt: skip
def test_every_checkpoint_is_read_back(
    origin: str, size: int, root: bytes, extensions: list[str]
) -> None:
    checkpoint = Checkpoint(origin, size, root, (*extensions,))
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n", "a\n5\n", TEXT[:-1], f"{TEXT}\n", f"\n{TEXT}"),
        *(TEXT.replace("\n5", f"\n{size}") for size in ("05", "-5", "+5", "5 ", "", "0x5", "٥")),
        TEXT.replace("\n5", f"\n{2**63}"),
        TEXT.replace("AAAA=", "AAA=="),
        TEXT.replace("AAAA=", "AAAB="),
        TEXT.replace("AAAA=", "AAAA"),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Checkpoint.parse(text)


def test_what_no_checkpoint_can_say_is_not_written() -> None:
    for origin, size, root in (("", 0, EMPTY_ROOT), ("a\nb", 0, EMPTY_ROOT), ("a", -1, EMPTY_ROOT),
                               ("a", 2**63, EMPTY_ROOT), ("a", 0, b"")):  # fmt: skip
        with pytest.raises(InvalidInput):
            Checkpoint(origin, size, root)
    with pytest.raises(InvalidInput):
        Checkpoint("a", 0, EMPTY_ROOT, ("",))


def test_the_checkpoints_of_real_logs_are_read(notes: Path) -> None:
    read = {
        name: parse_signed((notes / name).read_bytes())
        for name in (
            "checkpoint/sumdb_latest.txt",
            "checkpoint/rekor_v2_checkpoint.txt",
            "anchors/markovian_log/checkpoint_7397/checkpoint_7397.txt",
        )
    }
    told = [(signed.checkpoint.origin, signed.checkpoint.size) for signed in read.values()]
    assert told == [
        ("go.sum database tree", 57_389_448),
        ("log2025-1.rekor.sigstore.dev", 22_578_297),
        ("markovianprotocol.com/log", 7_397),
    ]
    assert [len(signed.note.signatures) for signed in read.values()][:2] == [1, 1]


def test_a_checkpoint_of_more_than_64_kib_is_not_looked_into() -> None:
    with pytest.raises(InvalidInput, match="at most 65536 bytes"):
        parse_signed(b"a" * 65_537)
