"""Check 17: the five properties of a good evaluation result, each with the evidence behind it.

Identified, Timestamped, Complete, Inspectable, Shareable. A property is shown, denied, or not
shown; never shown where it was not checked. Not here: the checks that it draws on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.bundle.reading import Content, Reading, Result
from domain.verification.checks import Check, Outcome
from domain.verification.report import Property, Report

_INTEGRITY = (
    *(Check.CONTAINER, Check.DIGESTS, Check.MANIFEST, Check.EVENTS, Check.STREAM),
    *(Check.TREE, Check.PARTS, Check.ASSETS, Check.REPLAY),
)


@dataclass(slots=True)
class Inspected:
    """How many results there are, and of how many one can read all that belongs to them.

    ``answers`` have request, response and each of their scores, ``errors`` failed and say why.
    """

    results: int = 0
    answers: int = 0
    errors: int = 0

    def count(self, result: Result) -> None:
        """Take in one more."""
        self.results += 1
        self.errors += result.is_inspectable and result.has_failed
        self.answers += result.is_inspectable and not result.has_failed


def check_evidence(reading: Reading, report: Report, inspected: Inspected) -> None:
    """Say which of the five properties hold, and settle check 17."""
    run = reading.registered("run.registered")
    if run is None:
        report.settle(Check.EVIDENCE, Outcome.NOT_SHOWN, "a dataset alone is no result")
        return
    second_hand = "archived_from" in run.facts
    report.properties = [
        _identified(run, second_hand),
        _timestamped(reading, run, second_hand, report),
        _complete(report),
        _inspectable(inspected),
        _shareable(report),
    ]
    _settle(report)


def _settle(report: Report) -> None:
    shown = [prop.name for prop in report.properties if prop.holds]
    missing = [prop.name for prop in report.properties if not prop.holds]
    if not missing:
        report.settle(Check.EVIDENCE, Outcome.PASSED, "all five properties")
        return
    told = f"{', '.join(shown) or 'none'}; not {', '.join(missing)}"
    report.settle(Check.EVIDENCE, Outcome.NOT_SHOWN, told)


def _identified(run: Content, second_hand: bool) -> Property:
    config = run.value("config")
    if not isinstance(config, dict):
        return identified(None, second_hand=second_hand)
    named = f"{config['provider']} / {config['model']}, dataset {run.facts['dataset']}"
    return identified(named, second_hand=second_hand)


def identified(named: str | None, *, second_hand: bool) -> Property:
    """The first property: ``named`` is provider, model and dataset, None where undisclosed."""
    if named is None:
        return Property("identified", None, "provider and model are withheld")
    if second_hand:
        return Property("identified", None, f"{named}, as the archived file claims")
    return Property("identified", True, named)


def _timestamped(reading: Reading, run: Content, second_hand: bool, report: Report) -> Property:
    *_, head = reading.history.heads.values()
    proven = report.lines[Check.TIME]
    if proven.outcome is Outcome.PASSED:
        claim = "when it ran" if second_hand else f"that it began at {run.at}"
        return Property(
            "timestamped", not second_hand or None, f"{proven.detail}; {claim} is a claim"
        )
    return by_the_clock((run.at, head.at), head.origin, second_hand=second_hand)


def by_the_clock(times: tuple[str, str], origin: str, *, second_hand: bool) -> Property:
    """The second property where no authority stamped it: the first and last of the times."""
    first, last = times
    if second_hand:
        return Property("timestamped", None, f"archived by {last}; when it ran is a claim")
    return Property("timestamped", True, f"{first} to {last}, by the clock of {origin}")


def _complete(report: Report) -> Property:
    line = report.lines[Check.COMPLETENESS]
    holds = {Outcome.PASSED: True, Outcome.FAILED: False, Outcome.NOT_SHOWN: None}[line.outcome]
    return Property("complete", holds, line.detail)


def _inspectable(inspected: Inspected) -> Property:
    told = f"request, response and scores of {inspected.answers} of {inspected.results} results"
    if inspected.errors:
        told += f", the error of {inspected.errors} that failed"
    whole = inspected.answers + inspected.errors == inspected.results
    return Property("inspectable", whole or None, told)


def _shareable(report: Report) -> Property:
    broken = [check.label for check in _INTEGRITY if report.failed(check)]
    if broken or report.failed(Check.SIGNATURE, Check.RESCORING):
        return Property("shareable", False, "findings in the checks above")
    return Property("shareable", True, ", ".join(_proved(report)))


def _proved(report: Report) -> Iterator[str]:
    yield "content, order and results verify without the sender's word"
    if report.lines[Check.SIGNATURE].outcome is not Outcome.PASSED:
        yield "though not who wrote them"
