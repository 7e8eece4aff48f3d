"""``eval752 prove``: one item of a run, with the proof that the log has it, as one small file.

Not here: the file's content (``application.item_export``).
"""

from pathlib import Path
from typing import NamedTuple

from application.export import kinds_to_withhold
from domain.errors import InvalidInput
from interface.cli.archived import BundleOptions
from interface.cli.commands.export import default_name, exported_document
from interface.cli.options import Where
from interface.cli.render_exported import proved_lines
from interface.cli.screen import Screen


class Asked(NamedTuple):
    """A run by its name, and an item by its own id or its index."""

    run: str
    item: str


def prove(
    screen: Screen, where: Where, asked: Asked, output: str | None, options: BundleOptions
) -> None:
    """Write the bundle of the item, and say what its recipient has to know."""
    kinds_to_withhold(options.withhold, "--withhold")
    name, item = asked
    with where.archive(writable=True) as archive:
        key = archive.find(name)
        if not key.stream.startswith("run/"):
            raise InvalidInput(name, "a run, of which to prove an item", key.stream)
        target = Path(output or default_name(archive, key, options, "-item.eval752.zip"))
        exported = archive.prove(key, item, target, options)
    screen.show(
        proved_lines(str(target), key.stream, item, exported),
        lambda: {"item": item, **exported_document(target, key, exported)},
    )
