"""Verifies files: opens the container, runs the verifier. Loads no store and no web framework.

Not here: the checks (``domain.verification``), and how a report is shown (``interface.cli``).
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from domain.bundle.members import ContainerRejected, Members
from domain.verification.policy import Policy
from domain.verification.report import Report
from domain.verification.verify import Examination, examine, rejected
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.signing.verify import find_verifier


def verify_file(path: Path, policy: Policy) -> Report:
    """Verify one bundle.

    Raises:
        UnreadableFile: when it is no bundle at all, or cannot be read.
    """
    with examined(path, policy) as (examination, _):
        return examination.report


@contextmanager
def examined(path: Path, policy: Policy) -> Generator[tuple[Examination, Members | None]]:
    """Verify one bundle, and keep its members open for who goes on with them.

    Raises:
        UnreadableFile: when it is no bundle at all, or cannot be read.
    """
    try:
        members = open_bundle(path)
    except ContainerRejected as problem:
        yield Examination(rejected(problem)), None
        return
    with members:
        yield examine(members, policy, find_verifier()), members
