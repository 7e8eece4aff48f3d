"""What a verifier demands: a policy file, and what options or parameters add to it.

Not here: what a policy may say (``domain.verification.policy_document``), and what comes of it.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from domain.canonical import decode
from domain.errors import InvalidInput, UnreadableFile
from domain.syntax import is_digest
from domain.transparency.signed_note import VerifierKey
from domain.verification.policy import Policy, TrustedKey
from domain.verification.policy_document import read_check, read_document

VARIABLE: Final = "EVAL752_POLICY"
FILE: Final = "policy.toml"
_MOST: Final = 2**20


class Demands(NamedTuple):
    """What is demanded beside a file: a digest that was told, keys that are trusted, and checks."""

    digest: str = ""
    keys: Sequence[str] = ()
    required: Sequence[str] = ()


def read_policy_file(path: Path) -> Policy:
    """Read a policy: TOML, or the same as JSON in a file whose name ends in ``.json``.

    Raises:
        UnreadableFile: when it cannot be read, or is neither.
        InvalidInput: naming the place in it that is none of a policy.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError as problem:
        found = problem.strerror or str(problem)
        raise UnreadableFile(str(path), "a policy", found) from problem
    if len(data) > _MOST:
        raise UnreadableFile(str(path), f"a policy of at most {_MOST} bytes", "more")
    return read_document(_document(data, path), str(path))


def own_policy(folder: Path) -> Policy:
    """The policy that an archive keeps in its folder; where it has none, nothing is required.

    Raises:
        UnreadableFile, InvalidInput: when it is none.
    """
    path = folder / FILE
    return read_policy_file(path) if path.exists() else Policy()


def with_demands(policy: Policy, demands: Demands, places: tuple[str, str]) -> Policy:
    """The policy, and what is demanded beside it: one more to trust, or more that must be shown.

    A key that the policy has already keeps what is said of it there, and a digest that was told
    must be an accepted one. ``places`` are what digest and required checks are called.

    Raises:
        InvalidInput: naming the place.
    """
    if demands.digest and not is_digest(demands.digest):
        raise InvalidInput(places[0], "64 lower-case hex digits", ascii(demands.digest[:80]))
    known = {trusted.key for trusted in policy.keys}
    more = dict.fromkeys(VerifierKey.parse(key.strip()) for key in demands.keys)
    keys = [*policy.keys, *(TrustedKey(key) for key in more if key not in known)]
    required = {read_check(name, places[1]) for name in demands.required}
    return replace(policy, digest=demands.digest, keys=keys, required=policy.required | required)


def _document(data: bytes, path: Path) -> object:
    if path.suffix == ".json":
        return decode(data, str(path))
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as problem:  # of the syntax, and of the encoding
        raise UnreadableFile(str(path), "a policy in TOML", str(problem)[:200]) from None
