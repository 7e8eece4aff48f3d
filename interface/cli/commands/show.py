"""``eval752 show``: one run or dataset, or one item of it, with all that the archive holds.

Not here: where it is looked up (``application.item_detail``, the read models).
"""

from typing import NamedTuple

from application.item_detail import ItemDetails
from application.ports import StreamKey
from application.read_model import ReadModel
from domain.evaluation.config import scorers_of
from interface.bootstrap import Archive
from interface.cli.finding import find
from interface.cli.options import Where
from interface.cli.render_item import event_lines, result_lines
from interface.cli.render_show import dataset_lines, run_lines
from interface.cli.screen import Screen
from interface.documents import document
from interface.shown import DatasetShown, RunShown


class Asked(NamedTuple):
    """An item by its id or index, and an epoch; without an item, the whole."""

    item: str | None
    epoch: int


def show(screen: Screen, where: Where, name: str, asked: Asked) -> None:
    """Show what is asked."""
    with where.open(writable=False) as archive:
        key = find(archive, name)
        with archive.read_model() as read_model:
            is_run = key.stream.startswith("run/")
            if asked.item is not None:
                _show_item(screen, archive, read_model, key, asked)
            elif is_run:
                _show_run(screen, archive, read_model, key)
            else:
                _show_dataset(screen, archive, read_model, key)


def _show_item(
    screen: Screen, archive: Archive, read_model: ReadModel, key: StreamKey, asked: Asked
) -> None:
    details = ItemDetails(archive.store, read_model, archive.signer.origin)
    if key.stream.startswith("dataset/"):
        item = details.item(key, details.index_of(key, str(asked.item)))
        screen.show(event_lines(item, screen.width), lambda: document(item))
        return
    index = details.index_of(read_model.run(key).dataset, str(asked.item))
    result = details.result(key, index, asked.epoch)
    screen.show(result_lines(result, screen.width), lambda: document(result))


def _show_run(screen: Screen, archive: Archive, read_model: ReadModel, key: StreamKey) -> None:
    row = read_model.run(key)
    registered, *_ = ItemDetails(archive.store, read_model, archive.signer.origin).events(key, [1])
    summary = read_model.summary(key)
    sections = read_model.sections(row.dataset)
    milestones = read_model.milestones(key)
    config = registered.value("config")
    names = [scorer.name for scorer in scorers_of(config)]
    shown = RunShown(row, registered, summary, sections, milestones, names)
    screen.show(run_lines(shown, screen.width), lambda: document(shown))


def _show_dataset(screen: Screen, archive: Archive, read_model: ReadModel, key: StreamKey) -> None:
    details = ItemDetails(archive.store, read_model, archive.signer.origin)
    registered, *_ = details.events(key, [1])
    row, sections = read_model.dataset(key), read_model.sections(key)
    shown = DatasetShown(row, registered, sections, read_model.milestones(key))
    screen.show(dataset_lines(shown, screen.width), lambda: document(shown))
