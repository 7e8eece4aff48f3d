"""Timestamps while an archive is served: who is asked, by the settings.

Not here: what is asked for (``application.stamping``), and when again (``stamping_thread``).
"""

from collections.abc import Generator
from contextlib import contextmanager

from application.stamping_thread import StampingThreads
from interface.api.logs import log_refusal
from interface.api.settings import Settings, addresses_of
from interface.bootstrap import Archive, timestamp_authorities


@contextmanager
def stamping(archive: Archive, settings: Settings) -> Generator[StampingThreads]:
    """Have the log's heads stamped by the authorities of the settings, beside everything else.

    Raises:
        UnreadableFile: when the file of their roots holds none.
    """
    urls, roots = addresses_of(settings.timestamp_authorities), settings.timestamp_roots
    authorities = timestamp_authorities(urls, roots) if roots else ()
    threads = StampingThreads(archive.stamper(), authorities, log_refusal)
    try:
        yield threads
    finally:
        threads.close()
