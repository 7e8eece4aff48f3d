"""Bundles in memory, for tests that need no container. Not here: any assertion."""

from collections.abc import Iterator, Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.verification.policy import Policy
from domain.verification.report import Report
from domain.verification.verify import verify


class DictMembers:
    """``domain.bundle.members.Members`` over bytes by name, given in chunks of a size."""

    def __init__(self, members: Mapping[str, bytes], chunk: int = 2**20) -> None:
        self._members, self._chunk = members, chunk

    def names(self) -> Sequence[str]:
        """All names, in the order in which they stand."""
        return tuple(self._members)

    def size(self, name: str) -> int:
        """Bytes of a member."""
        return len(self._members[name])

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's bytes in chunks."""
        data = self._members[name]
        return (data[at : at + self._chunk] for at in range(0, len(data), self._chunk))

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``."""
        return self._members[name][offset : offset + size]


def verify_ed25519(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is valid."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def report_on(members: Mapping[str, bytes], policy: Policy | None = None) -> Report:
    """The verifier's report on a bundle in memory."""
    return verify(DictMembers(members), policy or Policy(), verify_ed25519)


def failed(report: Report) -> list[str]:
    """The labels of the checks that failed, in their order."""
    return [check.label for check in report.lines if report.failed(check)]
