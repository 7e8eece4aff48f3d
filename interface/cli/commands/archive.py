"""``eval752 archive``: other tools' log files into the archive. Not here: any file's form."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from application.archiving import OnSecrets
from application.log_source import Declared
from domain.errors import InvalidInput
from interface.cli.options import Where
from interface.cli.render_archived import archived_lines
from interface.cli.screen import Screen
from interface.documents import document


class Asked(NamedTuple):
    """How files are to be archived; what is ``declared`` explains plain ones."""

    original: bool
    on_secrets: OnSecrets
    declared: Declared


def archive(screen: Screen, where: Where, files: Sequence[str], asked: Asked) -> None:
    """Archive the files one after the other; each wholly or not at all."""
    _check_declared(asked.declared)
    documents: list[Any] = []
    with where.open(writable=True) as opened:
        for file in files:
            report = opened.archive_log(Path(file), **asked._asdict())
            documents.append({"file": file, **document(report)})
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


def _check_declared(declared: Declared) -> None:
    """What is said of a plain file means nothing without its mapping."""
    said = [name for name in ("provider", "model", "dataset") if getattr(declared, name)]
    if said and not declared.maps:
        remedy = "Other files say it themselves; CSV and JSONL need --map as well."
        raise InvalidInput(f"--{said[0]}", "--map with it", "none", remedy)
