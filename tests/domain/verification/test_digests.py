from domain.verification.checks import Check, Outcome
from domain.verification.digests import check_digests, is_covered, sums
from domain.verification.policy import Policy
from domain.verification.report import Report
from scripts.bundle_by_hand import SUMS, summed
from scripts.conformance_fixture import whole
from scripts.recording_by_hand import digest
from scripts.recordings import SMALL
from tests.members import DictMembers, failed, report_on

SOUND = whole(SMALL)


def checked(members: dict[str, bytes], expected: str = "") -> Report:
    report = Report()
    check_digests(DictMembers(members, chunk=100), report, expected)
    return report


def test_all_but_the_sums_and_the_proofs_is_covered() -> None:
    covered = [name for name in SOUND if is_covered(name)]
    assert covered == [
        name for name in SOUND if name not in {SUMS, "proof/bundle.note", "proof/keys"}
    ]
    assert sums({name: digest(SOUND[name]) for name in covered}) == SOUND[SUMS]


def test_the_bundle_digest_is_that_of_the_sums_where_they_are_of_the_members() -> None:
    for expected in ("", "0" * 64):
        report = checked(SOUND, expected)
        assert (report.digest, report.sums) == (digest(SOUND[SUMS]),) * 2


def test_sums_of_other_members_are_no_bundle_digest() -> None:
    for stated in (b"", b"nonsense", b"\xff\n" * 99):
        report = checked({**SOUND, SUMS: stated})
        assert (report.digest, report.sums) == ("", digest(stated))
    report = checked({**SOUND, "parts.jsonl": b""}, digest(SOUND[SUMS]))
    assert (report.digest, report.sums) == ("", digest(SOUND[SUMS]))


def test_sums_as_they_must_be_pass() -> None:
    line = checked(SOUND).lines[Check.DIGESTS]
    assert (line.outcome, line.detail) == (Outcome.PASSED, "9 members")
    line = checked(SOUND, digest(SOUND[SUMS])).lines[Check.DIGESTS]
    assert line.detail == "9 members, the bundle digest is the one expected"


def test_another_digest_than_the_one_told_is_a_finding_with_both_sides() -> None:
    (finding,) = checked(SOUND, "0" * 64).lines[Check.DIGESTS].findings
    assert finding == ("bundle digest", "0" * 64, digest(SOUND[SUMS]))


def test_each_member_that_differs_is_named_with_both_sides() -> None:
    changed = {**SOUND, "meta.json": b"{}\n", "parts.jsonl": b""}
    findings = checked(changed).lines[Check.DIGESTS].findings
    assert [finding.place for finding in findings] == ["parts.jsonl", "meta.json"]
    assert findings[1].expected == digest(SOUND["meta.json"])
    assert findings[1].found == digest(b"{}\n")


def test_sums_without_end_are_not_read_to_the_end() -> None:
    endless = SOUND[SUMS] + b"0" * 10**6
    (finding,) = checked({**SOUND, SUMS: endless}).lines[Check.DIGESTS].findings
    assert finding.place == SUMS
    assert finding.expected == f"at most {2 * len(SOUND[SUMS])} bytes"


def test_bytes_that_are_no_text_are_told_as_text() -> None:
    report = checked({**SOUND, SUMS: SOUND[SUMS].replace(b"README", b"READ\xff\x1b")})
    told = [finding.place for finding in report.lines[Check.DIGESTS].findings]
    assert told == ["README.txt", "READ\\xff\x1b.txt"]


def test_the_order_of_findings_is_always_the_same() -> None:
    stated = b"".join(b"%064d  assets/%03d\n" % (0, number) for number in range(9))
    report = checked({**SOUND, SUMS: SOUND[SUMS] + stated})
    places = [finding.place for finding in report.lines[Check.DIGESTS].findings]
    assert places == sorted(places)


def test_whoever_knows_the_digest_needs_no_signature() -> None:
    bare = summed(SOUND)
    assert failed(report_on(bare, Policy(digest=digest(bare[SUMS])))) == []
