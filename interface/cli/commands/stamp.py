"""``eval752 log timestamp`` and ``restamp``. Not here: asking and keeping (``Stamper``)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from application.stamp_ports import Authority
from application.stamping import Stamped, Stamper
from domain.errors import Eval752Error
from domain.transparency.signed_note import COSIGNATURE
from interface.bootstrap import http_witness, timestamp_authorities
from interface.cli.options import Where
from interface.cli.screen import Line, Screen
from interface.policies import read_key


def timestamp(screen: Screen, where: Where, urls: Sequence[str], roots: str) -> None:
    """Have each head stamped; what one authority refuses ends it, and what was kept stays."""
    authorities = timestamp_authorities(urls, Path(roots))
    with where.open(writable=True) as archive:
        archive.log.checkpoint()
        stamper = archive.stamper()
        stamped = _collected(each for one in authorities for each in _all(stamper, one))
    _show(screen, stamped, "stamped", "Nothing to do: these authorities have stamped every head.")


def witness(screen: Screen, where: Where, url: str, key: str) -> None:
    """Have each head cosigned by one witness."""
    asked = http_witness(url, read_key(key, "--key", COSIGNATURE).encode())
    with where.open(writable=True) as archive:
        archive.log.checkpoint()
        witnesser = archive.witnesser()
        seen = _collected(iter(lambda: witnesser.stamp_next(asked), None))
    _show(screen, seen, "cosigned", "Nothing to do: this witness has seen every head.")


def restamp(screen: Screen, where: Where, urls: Sequence[str], roots: str) -> None:
    """Have each head that has timestamps stamped again, together with these."""
    authorities = timestamp_authorities(urls, Path(roots))
    with where.open(writable=True) as archive:
        stamped = _collected(archive.stamper().renew_all(authorities))
    _show(screen, stamped, "renewed", "Nothing to do: no head has a timestamp yet.")


def _all(stamper: Stamper, authority: Authority) -> Iterator[Stamped]:
    while stamped := stamper.stamp_next(authority):
        yield stamped


def _collected(coming: Iterator[Stamped]) -> Sequence[Stamped]:
    """All of them; where they end with an error, it tells what is kept already."""
    kept: list[Stamped] = []
    try:
        kept.extend(coming)
    except (Eval752Error, KeyboardInterrupt) as fault:
        for authority in dict.fromkeys(each.authority for each in kept):
            sizes = (str(each.size) for each in kept if each.authority == authority)
            fault.add_note(f"Kept before that, by {authority}: heads {', '.join(sizes)}")
        raise
    return kept


def _show(screen: Screen, stamped: Sequence[Stamped], told: str, nothing: str) -> None:
    lines = [Line(f"head {each.size}  {told} by {each.authority}") for each in stamped]
    screen.show(lines or [Line(nothing)], lambda: [each._asdict() for each in stamped])
