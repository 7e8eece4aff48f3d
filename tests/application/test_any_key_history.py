"""Whatever is recorded, exported and replaced in whatever order, the key in force signs."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bundle.layout import NOTE, SEAL_PROOF
from domain.transparency.tlog_proof import TlogProof
from interface.bootstrap.archive import Archive
from tests.archives import DATASET, export, member_of, open_fixed, record_dataset
from tests.key_history import check_keys
from tests.key_steps import compromised, handing_over, ids, rotate, seeds


def record_one(archive: Archive, number: int) -> None:
    record_dataset(archive, 1, f"dataset/00000000-0000-7000-8000-0000000001{number:02}")


def export_one(archive: Archive, number: int) -> None:
    path = archive.folder / f"{number}.zip"
    export(archive, path, DATASET)
    assert archive.signer.counts(TlogProof.parse(member_of(path, SEAL_PROOF)).checkpoint)
    assert archive.signer.counts(member_of(path, NOTE))


def rotate_unfinished(archive: Archive, _: int) -> None:
    if not archive.signer.is_handing_over:
        with pytest.MonkeyPatch.context() as patched:
            handing_over(archive, patched)


def compromise_some(archive: Archive, number: int) -> None:
    known = ids(archive)
    compromised(archive, known[number % len(known)])


STEPS: list[Callable[[Archive, int], object]] = [
    record_one,
    export_one,
    rotate_unfinished,
    compromise_some,
    lambda archive, _: archive.log.checkpoint(),
    lambda archive, _: rotate(archive),
]


@settings(max_examples=30)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), max_size=14))
def test_whatever_happens_in_whatever_order_heads_are_by_the_key_in_force(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Callable[[Archive, int], object], bool]],
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    with ExitStack() as opened:
        archive = opened.enter_context(open_fixed(folder, "archive-a"))
        record_dataset(archive, 1)
        for number, (step, again) in enumerate(steps):
            step(archive, number)
            if again:
                opened.close()
                archive = opened.enter_context(open_fixed(folder, "archive-a"))
            check_keys(archive)
        archive.log.checkpoint()
        check_keys(archive)
        assert not archive.signer.is_handing_over
        assert len(seeds(archive)) == 1
