"""The standalone verifier's command: verifies bundles with the standard library alone.

``python3 verify.pyz FILE…`` prints what ``eval752 verify`` prints. Signatures need the package
cryptography and are *not shown* without it; orjson, where it is installed, makes it faster. Not
here: any check (``domain.verification``).
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from domain.errors import Eval752Error, InvalidInput
from domain.syntax import is_digest
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import BY_LABEL, Check
from domain.verification.policy import Policy
from interface import report_text
from interface.verifying import verify_file

_ABOUT: Final = "Verify eval_752 evidence bundles."
_EXIT_CODES: Final = "Exit code: 0 verified, 1 findings, 2 unreadable or bad usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the files that are named, print a report on each, and return the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.expect_digest and len(asked.files) > 1:
        parser.error("--expect-digest is about one FILE")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # always a TextIOWrapper here
    policy = Policy(asked.expect_digest or "", asked.key, frozenset(asked.require))
    return max(_verify(file, policy, asked) for file in asked.files)


def _verify(file: str, policy: Policy, asked: Namespace) -> int:
    try:
        report = verify_file(Path(file), policy)
    except Eval752Error as problem:
        if asked.json:
            _say([report_text.problem_json(file, problem)])
        else:
            _say([*report_text.problem_lines(file, problem), ""])
        return report_text.UNREADABLE
    if asked.json:
        _say([report_text.report_json(file, report)])
    else:
        _say([*report_text.report_lines(file, report), ""])
    return report_text.exit_code(report)


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="verify.pyz", description=_ABOUT, epilog=_EXIT_CODES)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a bundle, .eval752.zip")
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each file")
    parser.add_argument(
        "--expect-digest", type=_digest, metavar="SHA256",
        help="the bundle digest that you were told over another channel",
    )  # fmt: skip
    parser.add_argument(
        "--key", action="append", default=[], type=_key,
        help="an archive's verifier key that you trust; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--require", action="append", default=[], type=_check, metavar="CHECK",
        help=f"a check that must pass, of: {', '.join(BY_LABEL)}; may be given again",
    )  # fmt: skip
    return parser


def _digest(text: str) -> str:
    if not is_digest(text):
        raise ArgumentTypeError("64 lower-case hex digits are a digest")
    return text


def _key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except InvalidInput as problem:
        raise ArgumentTypeError(str(problem)) from None


def _check(label: str) -> Check:
    if label not in BY_LABEL:
        raise ArgumentTypeError(f"no check is called {label!a}")
    return BY_LABEL[label]


if __name__ == "__main__":
    sys.exit(main())
