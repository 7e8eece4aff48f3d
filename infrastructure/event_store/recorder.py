"""The library's recorder for pages: stored events, and in the same transaction what goes with them.

Not here: connections, and anything that only reads.
"""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from application.ports import Append
from infrastructure.event_store import schema, writing
from infrastructure.event_store.erasure import erase
from infrastructure.event_store.pages import to_stored_event


class PageRecorder(SQLiteApplicationRecorder):
    """``insert_events`` with ``appends=`` writes whole appends, numbering their pages there."""

    def construct_create_table_statements(self) -> list[str]:
        """Return the library's statements and ours."""
        return [*super().construct_create_table_statements(), *schema.TABLES]

    def _create_table(self, c: SQLiteCursor) -> None:
        super()._create_table(c)
        schema.fill(c)

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        appends: Sequence[Append] = (),
        **kwargs: Any,
    ) -> Sequence[int]:
        positions = list(super()._insert_events(c, stored_events, **kwargs) or ())
        for append in appends:
            self._insert_append(c, append)
        return positions

    def _insert_append(self, c: SQLiteCursor, append: Append) -> None:
        head = writing.head_for(c, append)
        for page in append.pages:
            event = to_stored_event(append.key, head.pages, page.lines)
            for position in self._insert_events(c, [event]):
                head = writing.add_page(c, head, page, position)
        writing.add_ids(c, head.number, append.ids)
        writing.add_items(c, head.number, append.items, append.key)
        writing.add_assets(c, head.number, append.assets)
        writing.set_head(c, head, append.state, append.chunks)
        if append.erases:
            erase(c, head.number, append.key, append.erases)
