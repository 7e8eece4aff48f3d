"""``eval752 log timestamp``, ``witness`` and ``restamp``.

Only a command in a folder names who is asked: a service goes by its settings. Not here: asking and
keeping (``Stamper``).
"""

from collections.abc import Sequence
from pathlib import Path

from application.stamp_ports import Authority
from application.stamping import Stamped
from domain.errors import InvalidInput
from domain.transparency.signed_note import COSIGNATURE
from interface.bootstrap.on_demand import http_witness, timestamp_authorities
from interface.cli.options import Where
from interface.cli.screen import Line, Screen
from interface.policies import read_key


def timestamp(screen: Screen, where: Where, urls: Sequence[str], roots: str) -> None:
    """Have each head stamped; what one authority refuses ends it, and what was kept stays."""
    authorities = _authorities(where, urls, roots)
    with where.archive(writable=True) as archive:
        stamped = archive.log.timestamp(authorities)
    _show(screen, stamped, "stamped", "Nothing to do: these authorities have stamped every head.")


def witness(screen: Screen, where: Where, url: str, key: str) -> None:
    """Have each head cosigned by one witness, or by those of the service."""
    _check_named(where, {"URL": url, "--key": key})
    witnesses = [http_witness(url, _witness_key(key))] if where.server is None else []
    with where.archive(writable=True) as archive:
        seen = archive.log.witness(witnesses)
    _show(screen, seen, "cosigned", "Nothing to do: this witness has seen every head.")


def restamp(screen: Screen, where: Where, urls: Sequence[str], roots: str) -> None:
    """Have each head that has timestamps stamped again, together with these."""
    authorities = _authorities(where, urls, roots)
    with where.archive(writable=True) as archive:
        stamped = archive.log.restamp(authorities)
    _show(screen, stamped, "renewed", "Nothing to do: no head has a timestamp yet.")


def _authorities(where: Where, urls: Sequence[str], roots: str) -> Sequence[Authority]:
    """Those that are named; none where a service is."""
    _check_named(where, {"--authority": ", ".join(urls), "--roots": roots})
    return timestamp_authorities(urls, Path(roots)) if where.server is None else []


def _check_named(where: Where, options: dict[str, str]) -> None:
    """Check that the command says who is asked, or else that a service does.

    Raises:
        InvalidInput: when neither or both do.
    """
    remote = where.server is not None
    for option, value in options.items():
        if remote and value:
            expected = "nothing: a service asks those of its own settings, and nobody else"
            raise InvalidInput(option, expected, ascii(value)[:200])
        if not (remote or value):
            remedy = "Through a service, leave it out."
            raise InvalidInput(option, "a value, for an archive in a folder", "none", remedy)


def _witness_key(text: str) -> str:
    return read_key(text, "--key", COSIGNATURE).encode()


def _show(screen: Screen, stamped: Sequence[Stamped], told: str, nothing: str) -> None:
    lines = [Line(f"head {each.size}  {told} by {each.authority}") for each in stamped]
    screen.show(lines or [Line(nothing)], lambda: [each._asdict() for each in stamped])
