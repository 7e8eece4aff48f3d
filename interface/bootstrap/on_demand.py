"""What only some commands need, and what loads a library for it: SciPy, or the network.

Not here: the services that use them (``archive``).
"""

from collections.abc import Sequence
from pathlib import Path

from application.paired_statistics import Statistics
from application.stamp_ports import Authority, Witness
from infrastructure.scipy_statistics import ScipyStatistics


def statistics() -> Statistics:
    """The statistics of comparisons.

    Raises:
        Refused: when the library for them is not installed.
    """
    return ScipyStatistics()


def timestamp_authorities(urls: Sequence[str], roots: Path) -> Sequence[Authority]:
    """The authorities at these addresses, whose timestamps must lead to a root of this file.

    Raises:
        UnreadableFile: when there is no certificate in it.
    """
    from infrastructure.signing.authority import HttpAuthority, read_roots  # noqa: PLC0415 - loads the network

    trusted = read_roots(roots)
    return [HttpAuthority(url, trusted) for url in dict.fromkeys(urls)]


def http_witness(url: str, key: str) -> Witness:
    """The witness at this address that has this verifier key.

    Raises:
        InvalidInput: when it is no key of a witness.
    """
    from infrastructure.signing.witness import HttpWitness  # noqa: PLC0415 - loads the network

    return HttpWitness(url, key)
