"""``eval752 seal``: closes a run or dataset up to here. Not here: sealing itself."""

from interface.cli.options import Where
from interface.cli.screen import Line, Screen


def seal(screen: Screen, where: Where, name: str) -> None:
    """Seal one stream, or say that it is sealed."""
    with where.archive(writable=True) as archive:
        key = archive.find(name)
        version, new = archive.seal(key)
    told = "sealed" if new else "nothing to do: it was sealed"
    screen.show(
        [Line(f"{key.stream}  {told} at version {version}")],
        lambda: {"stream": key.stream, "version": version, "new": new},
    )
