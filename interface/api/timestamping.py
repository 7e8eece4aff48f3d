"""Timestamps and cosignatures while an archive is served: who is asked, by the settings alone.

No request names an address: the service would send to whatever a token's holder can think of. Not
here: what is asked for (``application.stamping``), and when again (``stamping_thread``).
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from application.stamping_thread import StampingThreads
from interface.api.logs import log_refusal
from interface.api.renewals import Renewals
from interface.api.settings import Settings, addresses_of
from interface.bootstrap.archive import Archive
from interface.bootstrap.on_demand import http_witness, timestamp_authorities


@dataclass(frozen=True, slots=True)
class Stamping:
    """Those who stamp and cosign, each asked by a thread of its own."""

    timestamps: StampingThreads
    witnesses: StampingThreads
    renewals: Renewals


@contextmanager
def stamping(archive: Archive, settings: Settings) -> Generator[Stamping]:
    """Have the log's heads stamped and witnessed by those of the settings, beside everything else.

    Raises:
        UnreadableFile: when the file of the authorities' roots holds none.
    """
    urls, roots = addresses_of(settings.timestamp_authorities), settings.timestamp_roots
    authorities = timestamp_authorities(urls, roots) if roots else ()
    named = [each.partition(" ") for each in addresses_of(settings.witnesses)]
    witnesses = [http_witness(url.strip(), key) for key, _, url in named]
    stamper = archive.stamper()
    asked = Stamping(
        StampingThreads(stamper, authorities, log_refusal),
        StampingThreads(archive.witnesser(), witnesses, log_refusal),
        Renewals(stamper, authorities),
    )
    try:
        yield asked
    finally:
        asked.timestamps.close()
        asked.witnesses.close()
