"""``eval752 archive``: other tools' log files into the archive. Not here: any file's form."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interface.cli.options import Where
from interface.cli.render_archived import archived_lines
from interface.cli.screen import Screen
from interface.documents import document


def archive(
    screen: Screen, where: Where, files: Sequence[str], *, original: bool, refuse_secrets: bool
) -> None:
    """Archive the files one after the other; each wholly or not at all."""
    documents: list[Any] = []
    with where.open(writable=True) as opened:
        for file in files:
            report = opened.archive_log(
                Path(file), original=original, refuse_secrets=refuse_secrets
            )
            documents.append({"file": file, **document(report)})
            if not screen.as_json:
                screen.lines(archived_lines(file, report, screen.width))
                screen.flush()
    screen.show((), lambda: documents)
