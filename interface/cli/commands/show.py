"""``eval752 show``: one run or dataset, or one item of it, with all that the archive holds.

Not here: where it is looked up (``archived``).
"""

from typing import NamedTuple

from application.ports import StreamKey
from interface.cli.archived import Archived
from interface.cli.options import Where
from interface.cli.render_item import event_lines, result_lines
from interface.cli.render_show import dataset_lines, run_lines
from interface.cli.screen import Screen
from interface.documents import document


class Asked(NamedTuple):
    """An item by its id or index, and an epoch; without an item, the whole."""

    item: str | None
    epoch: int


def show(screen: Screen, where: Where, name: str, asked: Asked) -> None:
    """Show what is asked."""
    with where.archive(writable=False) as archive:
        key = archive.find(name)
        if asked.item is not None:
            _show_item(screen, archive, key, asked.item, asked.epoch)
        elif key.stream.startswith("run/"):
            run = archive.run(key)
            screen.show(run_lines(run, screen.width), lambda: document(run))
        else:
            dataset = archive.dataset(key)
            screen.show(dataset_lines(dataset, screen.width), lambda: document(dataset))


def _show_item(screen: Screen, archive: Archived, key: StreamKey, item: str, epoch: int) -> None:
    if key.stream.startswith("dataset/"):
        event = archive.item(key, item)
        screen.show(event_lines(event, screen.width), lambda: document(event))
    else:
        result = archive.result(key, item, epoch)
        screen.show(result_lines(result, screen.width), lambda: document(result))
