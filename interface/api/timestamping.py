"""Timestamps and cosignatures while an archive is served: who is asked, by the settings.

Not here: what is asked for (``application.stamping``), and when again (``stamping_thread``).
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from application.stamping_thread import StampingThreads
from interface.api.logs import log_refusal
from interface.api.settings import Settings, addresses_of
from interface.bootstrap import Archive, http_witness, timestamp_authorities


@contextmanager
def stamping(archive: Archive, settings: Settings) -> Generator[Sequence[StampingThreads]]:
    """Have the log's heads stamped and witnessed by those of the settings, beside everything else.

    Raises:
        UnreadableFile: when the file of the authorities' roots holds none.
    """
    urls, roots = addresses_of(settings.timestamp_authorities), settings.timestamp_roots
    authorities = timestamp_authorities(urls, roots) if roots else ()
    named = [each.partition(" ") for each in addresses_of(settings.witnesses)]
    witnesses = [http_witness(url.strip(), key) for key, _, url in named]
    threads = (
        StampingThreads(archive.stamper(), authorities, log_refusal),
        StampingThreads(archive.witnesser(), witnesses, log_refusal),
    )
    try:
        yield threads
    finally:
        for each in threads:
            each.close()
