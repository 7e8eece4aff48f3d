"""Which items an Inspect log has, and which of its samples are of which.

Not here: what samples hold.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

from domain.errors import InvalidInput
from domain.syntax import MAX_EPOCHS
from infrastructure.log_sources.inspect_logs.container import Key
from infrastructure.log_sources.loose_json import Members


class Index:
    """Items in the order of ``ids``, those that it lacks behind them in the order of the file.

    Raises:
        InvalidInput: when two samples are of the same item and epoch, or an epoch is none.
    """

    def __init__(
        self, keys: Sequence[Key], ids: Iterable[str], place: Callable[[int], str]
    ) -> None:
        present = {key.id for key in keys}
        named = (outside for outside in ids if outside in present)
        order = dict.fromkeys((*named, *(key.id for key in keys)))
        self.ids: Sequence[str] = [*order]
        indexes = {outside: index for index, outside in enumerate(self.ids)}
        self.items, self.epochs = array("L"), array("L")
        seen: dict[tuple[int, int], int] = {}
        for number, key in enumerate(keys):
            first = seen.setdefault((indexes[key.id], key.epoch), number)
            if first != number:
                found = f"another one in {place(first)}"
                raise InvalidInput(place(number), "the only sample of its id and epoch", found)
            if not 1 <= key.epoch <= MAX_EPOCHS:
                raise InvalidInput(
                    place(number), f"an epoch from 1 to {MAX_EPOCHS:,}", str(key.epoch)
                )
            self.items.append(indexes[key.id])
            self.epochs.append(key.epoch)

    def by_item(self) -> Iterator[tuple[int, int]]:
        """Item and number of each sample, by item and then in the order of the file."""
        numbers = sorted(range(len(self.items)), key=self.items.__getitem__)
        return ((self.items[number], number) for number in numbers)

    def at(self, number: int) -> Members:
        """Item and epoch of a sample, as facts."""
        return {"item": self.items[number], "epoch": self.epochs[number]}
