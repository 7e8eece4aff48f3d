"""The standalone verifier's command: verifies bundles with the standard library alone.

``python3 verify.pyz FILE…`` prints what ``eval752 verify`` prints. Signatures need the package
cryptography and are *not shown* without it; orjson, where it is installed, makes it faster. Not
here: any check (``domain.verification``).
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has but this file may have an older one
    sys.stderr.write("error: verify.pyz needs Python 3.11 or newer\n")
    sys.exit(2)

import os
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

from domain.canonical import Json
from domain.errors import Eval752Error
from domain.verification.policy import Policy
from interface import report_text
from interface.policies import VARIABLE, Demands, path_of, read_policy_file, with_demands
from interface.verifying import verify_file

_ABOUT: Final = "Verify eval_752 evidence bundles."
_OUR_BUG: Final = 70
_INTERRUPTED: Final = 130
_NOBODY_READS: Final = 141
_EXIT_CODES: Final = "Exit code: 0 verified, 1 findings, 2 unreadable or bad usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the files that are named, print a report on each, and return the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.expect_digest is not None and len(asked.files) > 1:
        parser.error("--expect-digest is about one FILE")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for LANG=C
    return _verify(asked.files, _policy(parser, asked), as_json=asked.json)


def _policy(parser: ArgumentParser, asked: Namespace) -> Policy:
    demands = Demands(asked.expect_digest, asked.key, asked.require)
    try:
        policy = Policy()
        if asked.policy is not None:
            policy = read_policy_file(path_of(asked.policy, f"--policy or {VARIABLE}"))
        return with_demands(policy, demands, ("--expect-digest", "--key", "--require"))
    except Eval752Error as problem:
        parser.error(report_text.printable(str(problem)))


def _verify(files: Sequence[str], policy: Policy, *, as_json: bool) -> int:
    documents: list[dict[str, Json]] = []
    codes: list[int] = []
    for file in files:
        try:
            report = verify_file(Path(file), policy)
        except Eval752Error as problem:
            _say([report_text.printable(f"error: {problem}")], sys.stderr)
            documents.append(report_text.problem_document(file, problem))
            codes.append(report_text.UNREADABLE)
            continue
        documents.append(report_text.report_document(file, report))
        codes.append(report_text.exit_code(report))
        if not as_json:
            _say([*report_text.report_lines(file, report), ""], sys.stdout)
    if as_json:
        _say([report_text.to_json(documents)], sys.stdout)
    elif len(files) > 1:
        _say([report_text.closing_line(codes)], sys.stdout)
    return max(codes)


def _say(lines: Iterable[str], stream: TextIO) -> None:
    stream.writelines(f"{line}\n" for line in lines)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="verify.pyz", description=_ABOUT, epilog=_EXIT_CODES)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a bundle, .eval752.zip")
    parser.add_argument("--json", action="store_true", help="a JSON document: the list of reports")
    parser.add_argument(
        "--policy", default=os.environ.get(VARIABLE), metavar="FILE",
        help=f"whom you trust and what you require, in TOML or JSON; also {VARIABLE}",
    )  # fmt: skip
    parser.add_argument(
        "--expect-digest", metavar="SHA256",
        help="the bundle digest that you were told over another channel",
    )  # fmt: skip
    parser.add_argument(
        "--key", action="append", default=[],
        help="an archive's verifier key that you trust; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--require", action="append", default=[], metavar="CHECK",
        help="a check that must pass, by name or number; may be given again",
    )  # fmt: skip
    return parser


def _run() -> int:
    """Keep the exit codes of verdicts for verdicts: Python's own for a traceback is 1."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
    except OSError as problem:  # files were read before, and told of
        _say([f"error: standard output: expected room to write, found {problem}"], sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return report_text.UNREADABLE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception:  # noqa: BLE001 - whatever it is, it is no verdict
        traceback.print_exc()
        return _OUR_BUG
    return code


if __name__ == "__main__":
    sys.exit(_run())
