"""``eval752 log timestamp`` and ``restamp``. Not here: asking and keeping (``Stamper``)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from application.stamp_ports import Authority
from application.stamping import Stamped, Stamper
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
        stamped = [each for authority in authorities for each in _all(stamper, authority)]
    _show(screen, stamped, "stamped", "Nothing to do: these authorities have stamped every head.")


def witness(screen: Screen, where: Where, url: str, key: str) -> None:
    """Have each head cosigned by one witness."""
    asked = http_witness(url, read_key(key, "--key", COSIGNATURE).encode())
    with where.open(writable=True) as archive:
        archive.log.checkpoint()
        witnesser = archive.witnesser()
        seen = [*iter(lambda: witnesser.stamp_next(asked), None)]
    _show(screen, seen, "cosigned", "Nothing to do: this witness has seen every head.")


def restamp(screen: Screen, where: Where, urls: Sequence[str], roots: str) -> None:
    """Have each head that has timestamps stamped again, together with these."""
    authorities = timestamp_authorities(urls, Path(roots))
    with where.open(writable=True) as archive:
        stamper, sizes = archive.stamper(), archive.stamps.sizes()
        stamped = [stamper.renew(size, each) for size in sizes for each in authorities]
    _show(screen, stamped, "renewed", "Nothing to do: no head has a timestamp yet.")


def _all(stamper: Stamper, authority: Authority) -> Iterator[Stamped]:
    while stamped := stamper.stamp_next(authority):
        yield stamped


def _show(screen: Screen, stamped: Sequence[Stamped], told: str, nothing: str) -> None:
    lines = [Line(f"head {each.size}  {told} by {each.authority}") for each in stamped]
    screen.show(lines or [Line(nothing)], lambda: [each._asdict() for each in stamped])
