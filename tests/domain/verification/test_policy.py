from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy


def test_a_digest_and_a_check_are_required_and_a_trusted_key_is_not() -> None:
    assert Policy().is_empty
    assert Policy(keys=[VerifierKey("archive-1", bytes(32))]).is_empty
    assert not Policy(digest="0" * 64).is_empty
    assert not Policy(required=frozenset({Check.SIGNATURE})).is_empty
