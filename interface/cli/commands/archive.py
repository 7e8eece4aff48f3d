"""``eval752 archive``: other tools' log files into the archive. Not here: any file's form."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from application.archive_report import LogOptions, OnSecrets
from domain.errors import InvalidInput
from interface.cli.options import Where
from interface.cli.render_archived import archived_lines
from interface.cli.screen import Screen
from interface.documents import archived_document


def archive(screen: Screen, where: Where, files: Sequence[str], options: LogOptions) -> None:
    """Archive the files one after the other; each wholly or not at all."""
    options.declared.check("--")
    documents: list[Any] = []
    with where.archive(writable=True, make=True) as archive:
        for file in files:
            with screen.sending(file) as sending:
                report = archive.archive_log(Path(file), options, sending)
            documents.append(archived_document(file, report))
            if not screen.as_json:
                screen.lines(archived_lines(file, report, screen.width))
                screen.flush()
    screen.show((), lambda: documents)


def on_secrets(*, refuse: bool, withhold: bool) -> OnSecrets:
    """What the options ask for."""
    if refuse and withhold:
        raise InvalidInput("--refuse-secrets", "this or --withhold-secrets", "both")
    if refuse:
        return OnSecrets.REFUSE
    return OnSecrets.WITHHOLD if withhold else OnSecrets.WARN
