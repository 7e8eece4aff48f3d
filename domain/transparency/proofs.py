"""Inclusion and consistency proofs of RFC 9162 §2.1.3 and §2.1.4 as pure functions.

A proof is the roots of the subtrees that its verifier lacks. Which subtrees these are follows from
index and sizes alone, so both sides compute them, and a proof of any other length is malformed.
Verifying folds these subtrees from the leaf upward, which gives the hashes that the shifting of
bits in §2.1.3.2 and §2.1.4.2 gives.

Not here: whether a root is to be trusted (``domain.transparency.signed_note``).
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from domain.errors import Eval752Error
from domain.transparency.merkle import EMPTY_ROOT, HASH_SIZE, node_hash, root_of

Span: TypeAlias = tuple[int, int]
"""The subtree over the leaves from the first number up to, but without, the second."""

SIZE_LIMIT: Final = 2**63
"""No tree is as large as this; no other log's sizes go beyond either."""


class ProofMalformed(Eval752Error):
    """No proof for this index and these sizes: wrong length, or numbers out of range."""


class ProofMismatch(Eval752Error):
    """A well-formed proof that leads to another root than the expected one (both in hex)."""


def inclusion_spans(index: int, size: int) -> list[Span]:
    """List the subtrees that prove leaf ``index`` of ``size`` leaves, leaf upward (§2.1.3.1).

    Raises ``ProofMalformed`` unless 0 <= index < size.
    """
    if not 0 <= index < size < SIZE_LIMIT:
        raise ProofMalformed("inclusion proof", f"an index below the size {size}", str(index))
    span, others = (0, size), list[Span]()
    while span != (index, index + 1):
        span, other = _halves(span, index)
        others.append(other)
    return others[::-1]


def consistency_spans(old_size: int, new_size: int) -> list[Span]:
    """List the subtrees that prove the first ``old_size`` leaves unchanged (§2.1.4.1).

    Raises ``ProofMalformed`` unless 0 < old_size <= new_size, or both are 0: every tree extends
    the empty one, which must not be mistaken for a proof.
    """
    if not (0 < old_size <= new_size < SIZE_LIMIT or old_size == new_size == 0):
        expected = f"an old size from 1 to the new size {new_size}"
        raise ProofMalformed("consistency proof", expected, str(old_size))
    span, others = (0, new_size), list[Span]()
    while span[1] != old_size:
        span, other = _halves(span, old_size - 1)
        others.append(other)
    return ([span] if span[0] else []) + others[::-1]


def _halves(span: Span, leaf: int) -> tuple[Span, Span]:
    """Split a subtree as §2.1.1 does into the half that holds the leaf, and the other half."""
    start, end = span
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    left, right = (start, middle), (middle, end)
    return (left, right) if leaf < middle else (right, left)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove one leaf of the tree over these leaf hashes, which are all hashed again."""
    return [root_of(leaves[start:end]) for start, end in inclusion_spans(index, len(leaves))]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash ``leaf`` is number ``index`` in the tree with this size and root.

    Raises ``ProofMalformed`` or ``ProofMismatch``.
    """
    place = f"inclusion proof of leaf {index} in a tree of {size}"
    spans = inclusion_spans(index, size)
    _require_hashes(place, proof, len(spans), leaf, root)
    found = leaf
    for (start, _), node in zip(spans, proof, strict=True):
        found = node_hash(found, node) if start > index else node_hash(node, found)
    _require_equal(f"root by {place}", root, found)


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree with the new size and root extends the one with the old size and root.

    Raises ``ProofMalformed`` or ``ProofMismatch``.
    """
    place = f"consistency proof from {old_size} to {new_size} leaves"
    spans = consistency_spans(old_size, new_size)
    _require_hashes(place, proof, len(spans), old_root, new_root)
    # Both foldings begin at the subtree that ends where the old tree does. A proof leaves it out
    # where it is the whole old tree (§2.1.4.2 step 2).
    if not spans or spans[0][1] != old_size:
        spans = [(0, old_size), *spans]
        proof = [old_root if old_size else EMPTY_ROOT, *proof]
    old = new = proof[0]
    for (_, end), node in zip(spans[1:], proof[1:], strict=True):
        if end <= old_size:
            old, new = node_hash(node, old), node_hash(node, new)
        else:
            new = node_hash(new, node)
    _require_equal(f"old root by {place}", old_root, old)
    _require_equal(f"new root by {place}", new_root, new)


def _require_hashes(place: str, proof: Sequence[bytes], length: int, *others: bytes) -> None:
    if len(proof) != length:
        raise ProofMalformed(place, f"{length} hashes", str(len(proof)))
    for value in (*proof, *others):
        if len(value) != HASH_SIZE:
            raise ProofMalformed(place, f"hashes of {HASH_SIZE} bytes", f"one of {len(value)}")


def _require_equal(place: str, expected: bytes, found: bytes) -> None:
    if expected != found:
        raise ProofMismatch(place, expected.hex(), found.hex())
