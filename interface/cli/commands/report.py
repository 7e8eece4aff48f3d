"""``eval752 report``: a run or a bundle is verified, and what it shows becomes one HTML file.

What is reported is always a bundle: of a run one is made first, and does not stay. Not here: the
report (``interface.web.evidence_report``).
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from application.export import kinds_to_withhold
from domain.errors import InvalidInput
from domain.verification.policy import Policy
from domain.verification.report import Report
from infrastructure.new_file import new_file
from interface import report_text
from interface.cli.archived import Archived, BundleOptions
from interface.cli.commands.export import SUFFIX, default_name
from interface.cli.commands.verify import PLACES, options_policy
from interface.cli.options import Where
from interface.cli.render_report import verdict_line
from interface.cli.screen import Line, Screen
from interface.policies import Demands, with_demands
from interface.tables import buffered
from interface.web.evidence_report import evidence_report, report_name


class Asked(NamedTuple):
    """A run or a bundle, the name of its report, and by what it is verified.

    ``policy`` is a file; where none is named, an archive's own counts, or else the user's.
    """

    name: str
    output: str | None
    options: BundleOptions
    policy: str | None
    demands: Demands


def report(screen: Screen, where: Where, asked: Asked) -> None:
    """Write the report, and say the verdict; the exit code is that of ``verify``."""
    kinds_to_withhold(asked.options.withhold, "--withhold")
    is_file = Path(asked.name).is_file()
    target, found = _of_file(screen, asked) if is_file else _of_run(screen, where, asked)
    document = {"file": str(target), "digest": found.digest or None, "verified": found.verified}
    digest = Line(f"  bundle digest  {found.digest or report_text.NO_DIGEST}")
    screen.show([verdict_line(str(target), found), digest], lambda: document)
    screen.exit_code = report_text.exit_code(found)


def _of_file(screen: Screen, asked: Asked) -> tuple[Path, Report]:
    bundle = Path(asked.name)
    if asked.options.withhold:
        found = f"{bundle}, which is one"
        raise InvalidInput("--withhold", "a run, of which a bundle is made", found)
    policy = options_policy(screen, asked.policy, asked.demands)
    target = Path(asked.output or report_name(bundle.name.removesuffix(SUFFIX)))
    with new_file(target, overwrite=asked.options.overwrite) as file:
        return target, _write(file, bundle, policy)


def _of_run(screen: Screen, where: Where, asked: Asked) -> tuple[Path, Report]:
    options = BundleOptions(asked.options.withhold)
    with TemporaryDirectory() as folder, where.archive(writable=True) as archive:
        bundle = Path(folder) / f"run{SUFFIX}"
        policy, key = _policy(screen, archive, asked), archive.find(asked.name)
        target = Path(asked.output or report_name(default_name(archive, key, options, "")))
        with new_file(target, overwrite=asked.options.overwrite) as file:
            with screen.progress(asked.name) as advance:
                archive.export(key, bundle, options, advance)
            return target, _write(file, bundle, policy)


def _write(file: BinaryIO, bundle: Path, policy: Policy) -> Report:
    made = evidence_report(bundle, policy)
    with buffered(file) as draft:
        draft.write(made.html.encode())
    return made.report


def _policy(screen: Screen, archive: Archived, asked: Asked) -> Policy:
    """The policy that is named, or else the archive's own, or else the user's."""
    own = archive.policy()
    if asked.policy is not None or own.is_empty:
        return options_policy(screen, asked.policy, asked.demands)
    return with_demands(own, asked.demands, PLACES)
