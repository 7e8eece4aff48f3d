"""The demonstration, told step by step while it happens: ``eval752 demo``.

Everything is done by the services that the commands use, and every verdict is the verifier's own.
Not here: the questions (``dataset.jsonl``), the program that answers them (``solver``), and the
forgeries (``tampering``).
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from itertools import count
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

from application.ports import StreamKey
from application.session import Session
from domain.bundle import layout
from domain.canonical import encode
from domain.transparency.signed_note import VerifierKey
from domain.verification.policy import Policy, TrustedKey
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions
from interface.bootstrap.opening import open_archive
from interface.demo import bundles
from interface.demo.harness import run_actions
from interface.demo.tampering import ATTACKS, Attack
from interface.report_text import FINDINGS, VERIFIED, WIDTH, failure_lines, short_lines
from interface.verifying import verify_file

Out = Callable[[str], object]

BUNDLE: Final = "demo.eval752.zip"
AGAIN: Final = "again.eval752.zip"
ARCHIVE: Final = "archive"
SECOND: Final = "second-archive"
DATASET: Final = "dataset.jsonl"
_TOLD: Final = " --expect-digest $(cat digest) --key $(cat key)"


def run(folder: Path, out: Out, *, keep: bool = True) -> int:
    """Tell the story in a new folder, line by line.

    Args:
        folder: to be made; where it is taken, it will be ``<folder>-2`` and so on.
        out: takes a line of at most 100 characters, but for paths and digests.
        keep: whether the folder stays.

    Returns:
        0 when the genuine bundle verified, came back the same and every forgery was caught; else 1.
    """
    place = _new_folder(folder)
    try:
        return VERIFIED if _Story(place, out).tell(kept=keep) else FINDINGS
    finally:
        if not keep:
            shutil.rmtree(place)


def _new_folder(folder: Path) -> Path:
    names = (folder if n == 1 else folder.with_name(f"{folder.name}-{n}") for n in count(1))
    for place in names:
        try:
            place.mkdir(parents=True)
        except FileExistsError:
            if not place.is_dir() or any(place.iterdir()):
                continue
        return place
    raise AssertionError


class _Story:
    def __init__(self, place: Path, out: Out) -> None:
        self._place, self._out = place, out
        self._steps = count(1)
        self._all_went_well = True
        self._run = self._short = ""

    def tell(self, *, kept: bool) -> bool:
        """Tell it all; whether all went well."""
        self._out("An evaluation run, from its first question to one file that anyone can check.")
        self._out(f"It happens in a new folder; the commands are for there:  cd {self._place}")
        with open_archive(self._place / ARCHIVE, writable=True) as archive:
            self._record(archive)
            key = archive.signer.key
            policy = Policy(self._export(archive, key), (TrustedKey(key),))
        self._verify(policy)
        self._travel()
        for attack in ATTACKS:
            self._tamper(attack, policy)
        self._end(kept=kept)
        return self._all_went_well

    def _record(self, archive: Archive) -> None:
        session = Session(archive.recorder())
        lines = files("interface.demo").joinpath(DATASET).read_bytes().splitlines()
        (self._place / DATASET).write_bytes(b"".join(line + b"\n" for line in lines))
        self._step(
            "Record a dataset: 24 questions in 3 sections, frozen and sealed, so that none can be"
            " exchanged later.",
            f"eval752 record {DATASET} --seal --data {ARCHIVE}",
        )
        for number, line in enumerate(lines, 1):
            session.take(line, f"{DATASET}, line {number}")
        session.seal()
        self._answer(session, lines)

    def _answer(self, session: Session, lines: Iterable[bytes]) -> None:
        self._step(
            "Run: a small program reads and answers each question, for real. Each event is durable"
            " before the next question is asked; every answer is scored; then the run is sealed.",
            f"your-harness | eval752 record - --seal --data {ARCHIVE}",
        )
        actions = map(json.loads, lines)
        rows = [action["row"] for action in actions if "row" in action]
        for action in run_actions(rows):
            session.take(encode(action), f"{action['type']} {action.get('item', '')}")
            session.flush()
        session.seal()
        self._run = next(stream for stream in session.tallies if stream.startswith("run/"))
        self._short = self._run[: len("run/") + 8]
        for tally in session.tallies.values():
            self._say(f"{tally.version:>4} events in {tally.stream}")

    def _export(self, archive: Archive, public: VerifierKey) -> str:
        self._step(
            "Export: the run leaves as one signed file, with its dataset and all that was said.",
            f"eval752 export {self._short} -o {BUNDLE} --data {ARCHIVE}",
        )
        target = self._place / BUNDLE
        key = StreamKey(archive.signer.origin, self._run)
        digest = _export(archive, key, target)
        self._say("Its digest and the archive's key go to the recipient over another channel;")
        self._say("here, they are the files digest and key:")
        for name, told in (("digest", digest), ("key", public.encode())):
            (self._place / name).write_text(f"{told}\n")
            self._say(told)
        self._say("What its results.jsonl says of the answers that did not go smoothly:")
        self._say(*_notable(bundles.member(target, layout.RESULTS).splitlines()))
        self._say(*_summary(json.loads(bundles.member(target, layout.SUMMARY))["all"]))
        return digest

    def _verify(self, policy: Policy) -> None:
        self._step(
            "Verify, as whoever receives the file and knows digest and key from elsewhere: no"
            " archive and no network is needed.",
            f"eval752 verify {BUNDLE}{_TOLD}",
        )
        report = verify_file(self._place / BUNDLE, policy)
        self._say(*short_lines(report, WIDTH - 4))
        self._expect(report.verified, "the genuine bundle verifies")

    def _travel(self) -> None:
        self._step(
            "Import it into a second, empty archive, and export it from there again.",
            f"eval752 import {BUNDLE} --data {SECOND}",
            f"eval752 export {self._short} -o {AGAIN} --data {SECOND}",
        )
        source, target = self._place / BUNDLE, self._place / AGAIN
        with open_archive(self._place / SECOND, writable=True) as archive:
            (*_, (end, _)) = bundles.take_in(archive, source).changes
            _export(archive, StreamKey(end.origin, end.stream), target)
        same = source.read_bytes() == target.read_bytes()
        self._expect(same, f"both files are the same, all {source.stat().st_size:,} bytes of them")

    def _tamper(self, attack: Attack, policy: Policy) -> None:
        file = f"{attack.name}.eval752.zip"
        self._step(attack.told, f"eval752 verify {file}{_TOLD if attack.policy_told else ''}")
        bundles.rewrite(self._place / BUNDLE, self._place / file, attack.change)
        report = verify_file(self._place / file, policy if attack.policy_told else Policy())
        self._say(short_lines(report)[0])
        for line in failure_lines(report):
            self._out(line)
        caught = all(report.failed(check) for check in attack.noticed_by)
        labels = [check.label for check in report.lines if report.failed(check)]
        self._expect(caught, f"caught by: {', '.join(labels) or 'nothing'}")

    def _end(self, *, kept: bool) -> None:
        self._out("")
        if not self._all_went_well:
            self._out("Something above is not as it should be: that is a bug. Please report it.")
        if not kept:
            return
        self._out(f"All of it stays in  {self._place}")
        self._out("Four things to try there next:")
        for line in (
            f"eval752 serve --open --data {ARCHIVE}  # look at it in a browser",
            f"eval752 replay {BUNDLE}  # the run again, event by event",
            f"eval752 verifier -o verify.pyz && python3 verify.pyz {BUNDLE}",
            f"eval752 export {self._short} --withhold question -o shared.eval752.zip"
            f" --data {ARCHIVE}",
        ):
            self._out(f"    $ {line}")

    def _step(self, told: str, *commands: str) -> None:
        self._out("")
        first, *rest = wrap(told, WIDTH - 4)
        self._out(f"{next(self._steps):>2}  {first}")
        self._say(*rest)
        self._say(*(f"$ {command}" for command in commands))

    def _expect(self, holds: bool, told: str) -> None:
        self._all_went_well &= holds
        self._say(f"{'=>' if holds else '=> NOT SO:'} {told}")

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._out(f"    {line}")


def _export(archive: Archive, key: StreamKey, target: Path) -> str:
    """Export a run and return the bundle digest."""
    return BundleFiles(archive).export(key, target, ExportOptions(), lambda _: None).digest


def _notable(lines: Iterable[bytes]) -> Iterator[str]:
    """The results that took a second attempt, failed, or scored less than 1."""
    for line in lines:
        result: dict[str, Any] = json.loads(line)
        if result.get("score") == 1 and result["attempts"] == 1:
            continue
        said = result["error"]["message"] if "error" in result else result["response"]["text"]
        tries = f"{result['attempts']} attempts" if result["attempts"] > 1 else ""
        score = f"score {result['score']}" if "score" in result else result["status"]
        yield f"  {result['id']:<14}{said:<24}{score:<10}{tries}".rstrip()


def _summary(told: dict[str, Any]) -> Iterator[str]:
    mean = told["scores"][0]["mean"]
    yield (
        f"and its summary.json: {told['planned']} planned, {told['answered']} answered,"
        f" {told['failed']} failed, mean score {mean:.3f},"
        f" latency up to {told['latency_ms']['p99']} ms"
    )
