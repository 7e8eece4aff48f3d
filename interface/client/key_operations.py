"""What can be asked about an archive's keys (``docs/api.md``, section 6). Not here: the rest."""

from functools import partial

from domain.canonical import encode
from interface.client.addresses import segment
from interface.client.answers import reads, value_of
from interface.client.exchange import Listing, Operation, Request
from interface.client.operations import JSON
from interface.shown import KeyChanged, KeyShown


def keys() -> Listing[KeyShown]:
    """The keys that the archive signs and signed with, the one in force last."""
    return Listing(Request("GET", "/v1/keys"), partial(value_of, KeyShown))


def rotate_key() -> Operation[KeyChanged]:
    """Put a new key in force. It is not tried again: each time makes a new one."""
    return Operation(Request("POST", "/v1/keys", again=False), reads(KeyChanged))


def compromise_key(key: str, *, since: str | None = None) -> Operation[KeyChanged]:
    """Say that the key of this id is in other hands, and has been ``since``; again: the same."""
    body = encode({} if since is None else {"since": since})
    request = Request("POST", f"/v1/keys/{segment(key)}/compromised", (), JSON, body)
    return Operation(request, reads(KeyChanged))
