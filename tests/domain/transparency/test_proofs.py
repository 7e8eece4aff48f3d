"""Every proof that is made verifies, and nothing else does."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.transparency.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_of
from domain.transparency.proofs import (
    ProofMalformed,
    ProofMismatch,
    consistency_spans,
    inclusion_proof,
    inclusion_spans,
    verify_consistency,
    verify_inclusion,
)
from tests.tlog import consistency_proof

LEAVES = [leaf_hash(b"%d" % n) for n in range(80)]
ROOTS = [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


def includes(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    try:
        verify_inclusion(leaf, index, size, proof, root)
    except (ProofMalformed, ProofMismatch):
        return False
    return True


def extends(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    try:
        verify_consistency(old, new, proof, old_root, new_root)
    except (ProofMalformed, ProofMismatch):
        return False
    return True


def inclusion_root(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """RFC 9162 §2.1.3.2 by the letter, but for the comparison at its end."""
    if index >= size:
        return None
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not (fn & 1 or fn == 0):
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def consistency_roots(
    first: int, second: int, path: list[bytes], first_hash: bytes
) -> tuple[bytes, bytes] | None:
    """RFC 9162 §2.1.4.2 by the letter, but for the comparison at its end; 0 < first < second."""
    if not path:
        return None
    if first.bit_count() == 1:
        path = [first_hash, *path]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not (fn & 1 or fn == 0):
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr) if sn == 0 else None


@st.composite
def tampered(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """The proof with one bit flipped, one hash less or more, two swapped, or one too short."""
    kind = draw(st.sampled_from(["flip", "drop", "insert", "swap", "shorten"]))
    if kind == "insert" or not proof:
        at = draw(st.integers(0, len(proof)))
        return [*proof[:at], draw(st.sampled_from([*LEAVES, *proof])), *proof[at:]]
    at = draw(st.integers(0, len(proof) - 1))
    flipped = bytearray(proof[at])
    flipped[draw(st.integers(0, 31))] ^= 1 << draw(st.integers(0, 7))
    swapped = [proof[-1], *proof[1:-1], proof[0]] if len(proof) > 1 else []
    return {
        "flip": [*proof[:at], bytes(flipped), *proof[at + 1 :]],
        "drop": [*proof[:at], *proof[at + 1 :]],
        "swap": swapped,
        "shorten": [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
    }[kind]


@given(st.data(), st.integers(1, len(LEAVES)))
def test_a_proof_of_inclusion_holds_for_its_own_leaf_index_size_and_root_only(
    data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    leaf, root = LEAVES[index], ROOTS[size]
    assert includes(leaf, index, size, proof, root)
    assert inclusion_root(leaf, index, size, proof) == root

    wrong_proof = data.draw(tampered(proof))
    assert not includes(leaf, index, size, wrong_proof, root)
    other_index = data.draw(st.integers(-2, size + 2).filter(lambda n: n != index))
    assert not includes(leaf, other_index, size, proof, root)
    other_size = data.draw(st.integers(-2, len(LEAVES)).filter(lambda n: n != size))
    assert not includes(leaf, index, other_size, proof, ROOTS[max(other_size, 0)])
    assert not includes(leaf_hash(b"other"), index, size, proof, root)
    assert not includes(leaf, index, size, proof, EMPTY_ROOT)


@given(st.data(), st.integers(1, len(LEAVES)))
def test_a_proof_of_consistency_holds_for_its_own_sizes_and_roots_only(
    data: st.DataObject, new: int
) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(LEAVES[:new], old)
    assert extends(old, new, proof, ROOTS[old], ROOTS[new])
    if old < new:
        assert consistency_roots(old, new, proof, ROOTS[old]) == (ROOTS[old], ROOTS[new])
        assert not extends(old, new, proof, ROOTS[new], ROOTS[old])

    assert not extends(old, new, data.draw(tampered(proof)), ROOTS[old], ROOTS[new])
    other = data.draw(st.integers(-2, len(LEAVES)).filter(lambda n: n not in (old, new)))
    assert not extends(other, new, proof, ROOTS[old], ROOTS[new])
    assert not extends(old, new, proof, ROOTS[max(other, 0)], ROOTS[new])
    assert not extends(old, new, proof, ROOTS[old], ROOTS[max(other, 0)])


PROOFS = st.lists(st.sampled_from(LEAVES), max_size=6)


@given(st.integers(0, 20), st.integers(0, 20), PROOFS)
@settings(max_examples=300)
def test_hashes_are_folded_into_the_root_that_the_rfcs_own_steps_give(
    index: int, size: int, proof: list[bytes]
) -> None:
    root = inclusion_root(LEAVES[0], index, size, proof)
    if root is None:
        with pytest.raises(ProofMalformed):
            verify_inclusion(LEAVES[0], index, size, proof, EMPTY_ROOT)
    else:
        verify_inclusion(LEAVES[0], index, size, proof, root)


@given(st.integers(1, 20), st.integers(1, 20), PROOFS)
@settings(max_examples=300)
def test_hashes_are_folded_into_the_two_roots_that_the_rfcs_own_steps_give(
    old: int, more: int, proof: list[bytes]
) -> None:
    roots = consistency_roots(old, old + more, proof, LEAVES[0])
    if roots is None:
        with pytest.raises(ProofMalformed):
            verify_consistency(old, old + more, proof, EMPTY_ROOT, EMPTY_ROOT)
    else:
        verify_consistency(old, old + more, proof, *roots)


def test_a_mismatch_carries_both_roots() -> None:
    with pytest.raises(ProofMismatch) as caught:
        verify_inclusion(LEAVES[0], 0, 2, [LEAVES[1]], ROOTS[3])
    assert caught.value.expected == ROOTS[3].hex()
    assert caught.value.found == ROOTS[2].hex()
    with pytest.raises(ProofMismatch, match="old root") as caught:
        verify_consistency(3, 7, consistency_proof(LEAVES[:7], 3), ROOTS[4], ROOTS[7])
    assert (caught.value.expected, caught.value.found) == (ROOTS[4].hex(), ROOTS[3].hex())


def test_a_tree_extends_itself_and_none_is_shown_to_extend_the_empty_one() -> None:
    assert extends(5, 5, [], ROOTS[5], ROOTS[5])
    assert not extends(5, 5, [], ROOTS[5], ROOTS[6])
    assert extends(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    assert not extends(0, 0, [], ROOTS[1], ROOTS[1])
    assert not extends(0, 1, [], EMPTY_ROOT, ROOTS[1])
    assert not extends(2, 1, [], ROOTS[2], ROOTS[1])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (0, 2**63), (5, 2**5000)])
def test_numbers_out_of_range_are_no_proof(index: int, size: int) -> None:
    with pytest.raises(ProofMalformed):
        inclusion_spans(index, size)
    with pytest.raises(ProofMalformed):
        consistency_spans(index + 1, size)


def test_hashes_of_another_length_are_no_proof() -> None:
    with pytest.raises(ProofMalformed, match="32 bytes"):
        verify_inclusion(b"", 0, 1, [], ROOTS[1])
    with pytest.raises(ProofMalformed, match="32 bytes"):
        verify_consistency(1, 1, [], b"", b"")


def cases(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    files = sorted(folder.rglob("*.json"))
    assert len(files) > 80
    for file in files:
        case = json.loads(file.read_text())
        for name in ("root", "leafHash", "root1", "root2"):
            if name in case:
                case[name] = b64decode(case[name])
        case["proof"] = [b64decode(value) for value in case["proof"] or []]
        yield str(file.relative_to(folder)), case


def test_the_inclusion_vectors_are_judged_as_they_say(merkle_vectors: Path) -> None:
    for name, c in cases(merkle_vectors / "testdata" / "inclusion"):
        held = includes(c["leafHash"], c["leafIdx"], c["treeSize"], c["proof"], c["root"])
        assert held != c["wantErr"], name


NO_HASH = "additional/sizes-are-equal-one-and-proof-is-empty.json"
"""Accepted where it comes from, with a root that is a word in ASCII; a root here has 32 bytes."""


def test_the_consistency_vectors_are_judged_as_they_say(merkle_vectors: Path) -> None:
    for name, c in cases(merkle_vectors / "testdata" / "consistency"):
        held = extends(c["size1"], c["size2"], c["proof"], c["root1"], c["root2"])
        assert held == (not c["wantErr"] and name != NO_HASH), name


def test_the_vectors_for_subtrees_hold_where_a_subtree_is_a_tree(merkle_vectors: Path) -> None:
    """A leaf's proof within a subtree is one within a tree; one that begins at 0 is a tree."""
    for name, c in cases(merkle_vectors / "testdata" / "subtreeinclusion"):
        index, size = c["leafIdx"] - c["start"], c["end"] - c["start"]
        assert includes(c["leafHash"], index, size, c["proof"], c["root"]) != c["wantErr"], name
    for name, c in cases(merkle_vectors / "testdata" / "subtreeconsistency"):
        if c["start"] == 0 and c["end"] > 0:
            held = extends(c["end"], c["size"], c["proof"], c["root1"], c["root2"])
            assert held == (not c["wantErr"] and name != NO_HASH), name


def test_the_ranges_that_a_fuzzer_once_found_interesting_are_proven(merkle_vectors: Path) -> None:
    corpus = merkle_vectors / "compact" / "testdata" / "fuzz" / "FuzzRangeNodes"
    leaves = [leaf_hash(b"%d" % n) for n in range(800)]
    for file in corpus.iterdir():
        begin, end = (int(n) for n in re.findall(r"uint64\((\d+)\)", file.read_text()))
        if 0 < begin <= end:
            roots = root_of(leaves[:begin]), root_of(leaves[:end])
            verify_consistency(begin, end, consistency_proof(leaves[:end], begin), *roots)
