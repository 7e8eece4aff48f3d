from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy, TrustedKey

KEY = VerifierKey("archive-1", bytes(32))
EARLY, LATER, LATE = (f"2026-11-{day}T00:00:00.000000Z" for day in (10, 20, 30))


def test_a_digest_a_check_and_the_signature_of_a_trusted_key_are_required() -> None:
    keys = [TrustedKey(KEY)]
    assert Policy().is_empty
    assert not Policy(digest="0" * 64).is_empty
    assert not Policy(digests=frozenset({"0" * 64})).is_empty
    assert not Policy(keys=keys).is_empty
    required = Policy(keys=keys, required=frozenset({Check.COMPLETENESS})).all_required
    assert required == {Check.SIGNATURE, Check.COMPLETENESS}


def test_a_key_vouches_for_seals_of_its_time() -> None:
    within = TrustedKey(KEY, since=EARLY, until=LATE)
    assert within.objection(EARLY) == within.objection(LATER) == ""
    assert within.objection(LATE) == f"trusted until {LATE}, and the last seal is of {LATE}"
    assert TrustedKey(KEY, since=LATER).objection(EARLY).startswith(f"trusted from {LATER}")
    assert TrustedKey(KEY).objection("") == ""


def test_a_compromised_key_vouches_for_nothing_that_a_seal_only_claims() -> None:
    for sealed in (EARLY, LATER, LATE):
        objection = TrustedKey(KEY, compromised=LATER).objection(sealed)
        assert objection == (
            f"compromised at {LATER}: its signatures count no more, of whatever date"
        )


def test_keys_are_those_of_their_origin() -> None:
    mine, theirs = TrustedKey(KEY), TrustedKey(VerifierKey("archive-2", bytes(32)))
    policy = Policy(keys=[mine, theirs])
    assert policy.trusted("archive-2") == [theirs]
    assert policy.trusted("archive-3") == []
