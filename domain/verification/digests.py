"""Check 2: every member has the digest that ``SHA256SUMS`` states (format, section 7).

Not here: what the members say.
"""

from collections.abc import Mapping
from hashlib import sha256

from domain.bundle import layout
from domain.bundle.members import Members, read_whole
from domain.errors import InvalidInput
from domain.verification.checks import Check, Outcome
from domain.verification.report import Report


def check_digests(members: Members, report: Report, expected_digest: str) -> Mapping[str, str]:
    """Hash every member and compare; return the digest of each, by name."""
    report.sums = _digest(members, layout.SUMS)
    covered = [name for name in members.names() if is_covered(name)]
    digests = {name: _digest(members, name) for name in covered}
    if report.sums == sha256(sums(digests)).hexdigest():
        report.digest = report.sums
    else:
        _compare(members, report, digests)
    if expected_digest and expected_digest != report.sums:
        report.fail(Check.DIGESTS, "bundle digest", expected_digest, report.sums)
    told = ", the bundle digest is the one expected" if expected_digest else ""
    report.settle(Check.DIGESTS, Outcome.PASSED, f"{len(digests)} members{told}")
    return digests


def is_covered(name: str) -> bool:
    """Whether ``SHA256SUMS`` covers this member."""
    return name != layout.SUMS and not name.startswith(layout.PROOF)


def sums(digests: Mapping[str, str]) -> bytes:
    """``SHA256SUMS``: a line for each member, in container order."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def _digest(members: Members, name: str) -> str:
    digest = sha256()
    for chunk in members.chunks(name):
        digest.update(chunk)
    return digest.hexdigest()


def _compare(members: Members, report: Report, digests: Mapping[str, str]) -> None:
    """Say for which members the lines differ; where for none, it is their order or form."""
    try:
        stated = read_whole(members, layout.SUMS, 2 * len(sums(digests)))
    except InvalidInput as problem:
        report.fail_with(Check.DIGESTS, problem)
        return
    listed: dict[str, str] = {}
    for line in stated.decode("utf-8", "backslashreplace").removesuffix("\n").split("\n"):
        digest, _, name = line.partition("  ")
        listed[name] = digest
    for name, digest in digests.items():
        if listed.get(name) != digest:
            report.fail(Check.DIGESTS, name, listed.get(name, "a line in SHA256SUMS"), digest)
    for name in sorted(listed.keys() - digests.keys()):
        report.fail(Check.DIGESTS, name, "a member that is in the bundle", "none")
    if not report.failed(Check.DIGESTS):
        report.fail(Check.DIGESTS, layout.SUMS, "a line for each member, in order", "other bytes")
