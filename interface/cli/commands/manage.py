"""``eval752 token`` and ``eval752 project``: who may do what. Not here: roles (``access``)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from application.access import MAIN, Role
from domain.errors import InvalidInput
from interface.cli.options import Where
from interface.cli.screen import Line, Screen
from interface.cli.text import clipped, table
from interface.documents import document
from interface.shown import TokenShown

_TITLES: Final = ("token", "role", "project", "label", "issued", "expires", "revoked")


def wanted(
    role: str, project: str | None, expires: str | None, label: str | None
) -> Mapping[str, Any]:
    """What a new token is to be; but for an administrator's, no project means the main one.

    Raises:
        InvalidInput: when there is no such role.
    """
    if role not in {*Role}:
        raise InvalidInput("--role", f"one of {', '.join(Role)}", ascii(role)[:80])
    if project is None and role != Role.ADMINISTRATOR:
        project = MAIN
    given = {"role": role, "project": project, "expires": expires, "label": label}
    return {name: value for name, value in given.items() if value is not None}


def create_token(screen: Screen, where: Where, wanted: Mapping[str, Any]) -> None:
    """Make a token, and tell it.

    Raises:
        InvalidInput: naming the option, wherever it was found to be wrong.
    """
    try:
        with where.archive(writable=True) as archive:
            token = archive.issue(wanted)
    except InvalidInput as fault:
        name = fault.place.rpartition(", ")[2]  # of "body, label", where a service found it
        if name not in wanted:
            raise
        raise InvalidInput(f"--{name}", fault.expected, fault.found, fault.remedy) from fault
    lines = [Line(str(token.token), "strong"), Line(f"  {token.role}, id {token.id}")]
    lines.append(Line("  It is told this once; the archive keeps only its digest."))
    screen.show(lines, lambda: document(token))


def list_tokens(screen: Screen, where: Where) -> None:
    """List the tokens."""
    with where.archive(writable=False) as archive:
        tokens = [*archive.tokens()]
    screen.show(_lines(tokens, screen.width), lambda: [_told(token) for token in tokens])


def revoke_token(screen: Screen, where: Where, token: str) -> None:
    """Make a token useless."""
    with where.archive(writable=True) as archive:
        archive.revoke(token)
    screen.show([Line(f"token {token}  revoked")], lambda: {"id": token, "revoked": True})


def add_project(screen: Screen, where: Where, project: str) -> None:
    """Make a project."""
    with where.archive(writable=True) as archive:
        archive.add_project(project)
    screen.show([Line(f"project {project}  added")], lambda: {"project": project})


def list_projects(screen: Screen, where: Where) -> None:
    """List the projects."""
    with where.archive(writable=False) as archive:
        projects = [*archive.projects()]
    screen.show(map(Line, projects), lambda: [{"project": project} for project in projects])


def _told(token: TokenShown) -> dict[str, Any]:
    return {name: value for name, value in token._asdict().items() if name != "token"}


def _lines(tokens: Sequence[TokenShown], width: int) -> Iterator[Line]:
    if not tokens:
        yield Line("No tokens yet. Make one: eval752 token create")
        return
    yield from map(Line, table(_TITLES, [_row(token) for token in tokens], width))


def _row(token: TokenShown) -> list[str]:
    label, project = clipped(token.label or "", 40), token.project or "all"
    times = [(time or "")[:16] for time in (token.issued, token.expires, token.revoked)]
    return [token.id, token.role, project, label, *(time and f"{time}Z" for time in times)]
