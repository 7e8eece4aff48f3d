"""The part of a policy that trusts an archive by its keys (docs/policy.md), to be pasted.

A key that is in force has no ``from``: it signs what was sealed before it, too. Not here: how a
policy is read (``domain.verification.policy_document``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.transparency.signed_note import VerifierKey
from interface.shown import KeyShown


def policy_document(keys: Sequence[KeyShown]) -> Mapping[str, Any]:
    """The keys of one archive as a policy in JSON has them."""
    name = VerifierKey.parse(keys[-1].key).name
    return {"origins": [{"keys": [*map(_trusted, keys)], "name": name}]}


def policy_text(document: Mapping[str, Any]) -> str:
    """The same in TOML."""
    return "\n".join(_toml(document["origins"][0]))


def _trusted(key: KeyShown) -> Mapping[str, str]:
    if key.compromised:
        return {"compromised": key.compromised, "key": key.key}
    return {"key": key.key, **({"until": key.ended} if key.ended else {})}


def _toml(origin: Mapping[str, Any]) -> Iterator[str]:
    yield "[[origins]]"
    yield f'name = "{origin["name"]}"'
    for key in origin["keys"]:
        yield ""
        yield "[[origins.keys]]"
        yield f'key = "{key["key"]}"'
        yield from (f"{name} = {time}" for name, time in sorted(key.items()) if name != "key")
