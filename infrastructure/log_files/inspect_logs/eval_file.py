"""Writes a run as a `.eval` file: a zip with a member for each sample, summaries, and a header.

Its bytes follow from what is disclosed of the run. Memory does not grow with the samples' content.
Not here: what stands in the members.
"""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from application.whole_run import WholeRun
from infrastructure.log_files.inspect_logs.header import Header
from infrastructure.log_files.inspect_logs.header_text import HeaderText
from infrastructure.log_files.inspect_logs.ids import sample_member
from infrastructure.log_files.inspect_logs.outcome import Outcome
from infrastructure.log_files.inspect_logs.samples import Samples
from infrastructure.log_files.inspect_logs.summaries import summary_of
from infrastructure.log_files.json_text import gathered, listed, text_of
from infrastructure.log_files.spool import LineSpool
from infrastructure.log_files.zip_file import ZipFileWriter

SUFFIX: Final = ".eval"


def write_eval_file(file: BinaryIO, whole: WholeRun, *, deflated: bool) -> int:
    """Write a run into an empty, seekable file; return the number of its samples."""
    header = Header(whole)
    outcome, samples, count = Outcome(whole, header.scores), Samples(whole, header), 0
    with (
        LineSpool() as summaries,
        LineSpool() as ids,
        ZipFileWriter(file, deflated=deflated) as zipped,
    ):
        for count, given in enumerate(whole.results(), 1):  # noqa: B007 - the number is returned
            outcome.take(given.result)
            sample = samples.of(given)
            name = sample_member(str(sample.members["id"]), given.result.epoch)
            zipped.add(name, [sample.text()])
            summaries.add(summary_of(sample))
        for item in _planned(whole):
            ids.add(text_of(samples.id_of(item)))
        text = HeaderText(whole, header, outcome, partial(_array, ids))
        zipped.add("_journal/start.json", gathered(text.start()))
        zipped.add("summaries.json", gathered(_array(summaries)))
        zipped.add("header.json", gathered(text.end()))
    return count


def _array(spool: LineSpool) -> Iterator[bytes]:
    return listed(spool.lines())


def _planned(whole: WholeRun) -> Iterator[int]:
    """The items that there were to be results of: all, where nothing else was planned."""
    return whole.plan.items() if whole.plan.declared else iter(range(whole.items))
