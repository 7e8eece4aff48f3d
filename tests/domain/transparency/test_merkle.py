"""The streamed tree is the recursive tree of RFC 9162 §2.1.1."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.transparency.merkle import EMPTY_ROOT, CompactRange, leaf_hash, node_hash, root_of

LEAVES = [leaf_hash(b"%d" % n) for n in range(300)]


def recursive_root(leaves: list[bytes]) -> bytes:
    """MTH as §2.1.1 defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + recursive_root(leaves[:k]) + recursive_root(leaves[k:])).digest()


@given(st.lists(st.integers(0, 40), max_size=8), st.booleans())
def test_any_mixture_of_appends_gives_the_recursive_root(steps: list[int], reload: bool) -> None:
    tree, total = CompactRange(), 0
    for step in steps:
        batch = LEAVES[total : total + step]
        if len(batch) == 1:
            tree.append(batch[0])
        else:
            tree.extend(batch)
        total += len(batch)
        if reload:
            tree = CompactRange.from_hex(tree.size, tree.to_hex())
        assert tree.size == total
        assert tree.root() == recursive_root(LEAVES[:total])


def test_appending_one_by_one_gives_the_recursive_root_at_every_size() -> None:
    tree = CompactRange()
    for size in range(len(LEAVES)):
        assert tree.root() == root_of(LEAVES[:size]) == recursive_root(LEAVES[:size])
        tree.append(LEAVES[size])


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert CompactRange().root() == EMPTY_ROOT == root_of([]) == sha256(b"").digest()


def test_a_repeated_last_leaf_changes_the_root() -> None:
    """CVE-2012-2459: in Bitcoin's tree, which repeats it itself, [a,b,c] and [a,b,c,c] agree."""
    assert root_of(LEAVES[:3]) != root_of([*LEAVES[:3], LEAVES[2]])


def test_a_node_is_never_the_leaf_of_its_two_children() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)
    assert root_of([leaf_hash(left + right)]) != root_of([left, right])


@pytest.mark.parametrize(
    ("size", "nodes"),
    [
        (-1, []),
        (1, []),
        (2, ["00" * 32, "00" * 32]),
        (1, ["00" * 31]),
        (1, ["zz" * 32]),
        (1, ["AB" * 32]),
        (1, [" " + "ab" * 32]),
    ],
)
def test_a_state_that_no_tree_gave_is_refused(size: int, nodes: list[str]) -> None:
    with pytest.raises(InvalidInput, match="tree state"):
        CompactRange.from_hex(size, nodes)
