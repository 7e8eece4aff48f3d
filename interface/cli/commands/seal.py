"""``eval752 seal``: closes a run or dataset up to here. Not here: sealing itself."""

from application.sealing import seal as seal_stream
from domain.errors import Refused
from interface.cli.finding import find
from interface.cli.options import Where
from interface.cli.screen import Line, Screen


def seal(screen: Screen, where: Where, name: str) -> None:
    """Seal one stream, or say that it is sealed."""
    with where.open(writable=True) as archive:
        key = find(archive, name)
        if key.origin != archive.signer.origin:
            found = f"a mirror of {key.origin}"
            remedy = "Only the archive that recorded it can seal it."
            raise Refused(key.stream, "a stream of this archive", found, remedy)
        receipt = seal_stream(archive.recorder(), key.stream)
        version = receipt.version if receipt else archive.store.version(key)
    told = "sealed" if receipt else "nothing to do: it was sealed"
    screen.show(
        [Line(f"{key.stream}  {told} at version {version}")],
        lambda: {"stream": key.stream, "version": version, "new": receipt is not None},
    )
