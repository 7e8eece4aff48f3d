"""What a verifier demands: a policy file, and what options or parameters add to it.

Not here: what a policy may say (``domain.verification.policy_document``), and what comes of it.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from os.path import lexists
from pathlib import Path
from typing import Final, NamedTuple

from domain.canonical import decode
from domain.errors import InvalidInput, UnreadableFile
from domain.syntax import is_digest
from domain.transparency.signed_note import ED25519, VerifierKey
from domain.verification.policy import Policy, TrustedKey
from domain.verification.policy_document import read_check, read_document

VARIABLE: Final = "EVAL752_POLICY"
FILE: Final = "policy.toml"
_MOST: Final = 2**20


class Demands(NamedTuple):
    """What is demanded beside a file: a digest that was told, keys that are trusted, and checks.

    None is no digest, and "" one that is none: whoever demands it has lost it on the way.
    """

    digest: str | None = None
    keys: Sequence[str] = ()
    required: Sequence[str] = ()


def path_of(text: str, place: str) -> Path:
    """The path that an option or variable gives.

    Raises:
        InvalidInput: when it is empty: it was to name a policy, and to go on would demand nothing.
    """
    if not text:
        raise InvalidInput(
            place, "the path of a policy", "an empty text", "Leave it out, or set it."
        )
    return Path(text)


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
    return read_policy_file(path) if lexists(path) else Policy()


def with_demands(policy: Policy, demands: Demands, places: tuple[str, str, str]) -> Policy:
    """The policy, and what is demanded beside it: one more to trust, or more that must be shown.

    A key that the policy has already keeps what is said of it there, and a digest that was told
    must be an accepted one. ``places`` are what digest, keys and required checks are called.

    Raises:
        InvalidInput: naming the place.
    """
    digest = demands.digest
    if digest is not None and not is_digest(digest):
        raise InvalidInput(places[0], "64 lower-case hex digits", ascii(digest[:80]))
    known = {trusted.key for trusted in policy.keys}
    more = dict.fromkeys(read_key(key, places[1]) for key in demands.keys)
    keys = [*policy.keys, *(TrustedKey(key) for key in more if key not in known)]
    required = {read_check(name, places[2]) for name in demands.required}
    required |= policy.required
    return replace(policy, digest=digest or "", keys=keys, required=frozenset(required))


def read_key(text: str, place: str, kind: bytes = ED25519) -> VerifierKey:
    """Read a verifier key, whose place in an error is this.

    Raises:
        InvalidInput: when it is none.
    """
    try:
        return VerifierKey.parse(text.strip(), kind)
    except InvalidInput as problem:
        expected = f"a verifier key, with {problem.expected}"
        raise InvalidInput(place, expected, problem.found, problem.remedy) from problem


def _document(data: bytes, path: Path) -> object:
    if path.suffix == ".json":
        return decode(data, str(path))
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as problem:  # of the syntax, and of the encoding
        raise UnreadableFile(str(path), "a policy in TOML", str(problem)[:200]) from None
