from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy, TrustedKey


def test_a_digest_a_check_and_the_signature_of_a_trusted_key_are_required() -> None:
    keys = [TrustedKey(VerifierKey("archive-1", bytes(32)))]
    assert Policy().is_empty
    assert not Policy(digest="0" * 64).is_empty
    assert not Policy(keys=keys).is_empty
    required = Policy(keys=keys, required=frozenset({Check.COMPLETENESS})).all_required
    assert required == {Check.SIGNATURE, Check.COMPLETENESS}
