"""The evidence report: one bundle and its verification as one HTML file that needs nothing else.

No script, nothing from elsewhere; its style stands inside, and its policy allows that style and
images inside alone. The same bundle and verification give the same bytes: there is no clock in it.
Not here: verifying, what is told of the run (``application.account``), and the words
(``report_words``).
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from application.account import MOST_SECTIONS, Account, account_of
from domain.bundle.members import Members
from domain.canonical import Json
from domain.errors import Refused
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from domain.verification.report import Finding, Line, Report
from domain.verification.verify import Examination
from interface.report_text import NO_DIGEST, sides
from interface.verifying import examined
from interface.web import report_words
from interface.web.content import Block, blocks
from interface.web.figures import Figures, bounds_of, spread_of, without_kind
from interface.web.plots import drawn, telling
from interface.web.templating import rendered
from interface.web.wording import pretty, uuid, visible

_STYLE: Final = Path(__file__).with_name("templates") / "report.css"
_EXCERPT: Final = 280
_LINES: Final = 120
_CONFIG: Final = 8_000
_SIDE: Final = 300
_FINDINGS: Final = 10
"""Findings of each check; all are counted."""

_SPOKEN: Final = 2_000
"""Characters of an annotation."""

_SCORERS: Final = 5
"""Scorers that have a column for each section; all have a line of their own."""


class Made(NamedTuple):
    """A report as HTML, the policy that a browser should obey with it, and what it is about."""

    html: str
    rules: str
    report: Report


def report_name(stem: str) -> str:
    """What a report's file is called."""
    return f"{stem}.report.html"


def evidence_report(path: Path, policy: Policy, go_on: Callable[[], None] | None = None) -> Made:
    """Verify a bundle, and tell what it shows; ``go_on`` is that of ``examined``.

    Raises:
        UnreadableFile: when it is no bundle at all.
        Refused: when it is no bundle of a run.
    """
    with examined(path, policy, go_on) as (examination, members):
        return _made(examination, members, policy)


def _made(examination: Examination, members: Members | None, policy: Policy) -> Made:
    report = examination.report
    kind = report.about.get("kind", "run")
    if kind != "run":
        found = "one item of a run" if kind == "item" else "a dataset, which has no results"
        raise Refused("the bundle", "a bundle of a run", found)
    account = account_of(examination, members, excerpt) if members else None
    style, lines = _style(report, account), report.lines
    rules = _rules(style)
    html = rendered(
        "report.html",
        **{
            "style": style,
            "rules": rules,
            "report": report,
            "no_digest": NO_DIGEST,
            "policy": [*report_words.policy_lines(policy)],
            "account": account,
            "words": report_words,
            "spoken": _spoken,
            "claims": report_words.claims(report),
            "counted": report_words.counted(report),
            "findings": _findings(report),
            "most_found": _FINDINGS,
            "contradicts": report_words.contradicts(report),
            "signed": lines[Check.SIGNATURE].outcome is Outcome.PASSED,
            "signature": lines[Check.SIGNATURE].detail,
            "timed": lines[Check.TIME].outcome is Outcome.PASSED,
            "key": account.key if account else "",
            **(_told(account) if account else {}),
        },
    )
    return Made(html, rules, report)


def excerpt(value: Json) -> str:
    """The beginning of what content says, as harmless text."""
    told = ""
    for block in _blocks(value):
        told += f"{' / ' if told else ''}{f'{block.title}: ' if block.title else ''}{block.text}"
        if len(told) > _EXCERPT:
            return f"{told[: _EXCERPT - 1]}…"
    return told


def _spoken(value: Json) -> list[Block]:
    """What an annotation says, or how it begins."""
    told: list[Block] = []
    room = _SPOKEN
    for block in _blocks(value):
        is_cut = len(block.text) > room
        text = f"{block.text[:room]}\n… the bundle has all of it" if is_cut else block.text
        told.append(block._replace(text=text))
        room -= len(block.text)
        if room <= 0:
            break
    return told


def _findings(report: Report) -> list[tuple[Line, list[Finding]]]:
    """The checks that failed, each with its first findings."""
    failed = (line for line in report.lines.values() if line.findings)
    return [(line, [_short(finding) for finding in line.findings[:_FINDINGS]]) for line in failed]


def _short(finding: Finding) -> Finding:
    """A finding, both sides from shortly before they differ."""
    told = (finding.place, *sides(finding.expected, finding.found))
    return Finding(*(text if len(text) <= _SIDE else f"{text[: _SIDE - 1]}…" for text in told))


def _blocks(value: Any) -> Iterator[Block]:
    """The texts of content; choices one behind the other."""
    match value:
        case {"inputs": inputs, "choices": [*choices]}:
            yield from _blocks(inputs)
            yield Block("Choices", visible("; ".join(map(str, choices))))
        case {"inputs": inputs} | {"messages": inputs} if len(value) == 1:
            yield from _blocks(inputs)
        case _:
            yield from blocks(value)


def _told(account: Account) -> dict[str, Any]:
    """What the template says of the run."""
    figures = _figures(account)
    config, environment = (account.registered.value(n) for n in ("config", "environment"))
    more = {n: v for n, v in config.items() if n != "scorers"} if isinstance(config, dict) else None
    dataset = account.dataset.value("config")
    return {
        "run": uuid(account.heads[-1].stream),
        "config": config if isinstance(config, dict) else None,
        "dataset_name": dataset.get("name") if isinstance(dataset, dict) else None,
        "settings": [
            (title, _setting(value))
            for title, value in (("Config of the run", more), ("Environment", environment))
            if value is not None
        ],
        "figures": figures,
        "plots": [(plot, _as_url(drawn(plot, figures, dark=False))) for plot in telling(figures)],
        "sections": len(account.summary["sections"]),
        "most_sections": MOST_SECTIONS,
        "most_scorers": _SCORERS,
        "without_kind": without_kind(figures.errors),
        "messages": account.failures.messages(),
        "left_out": report_words.left_out(account.manifest),
        "started": account.history.boundaries.get("run.started"),
        "ended": account.history.boundaries.get(f"run.{account.run.status}"),
        "said": account.said,
    }


def _figures(account: Account) -> Figures:
    bounds = bounds_of(account.summary["all"].get("latency_ms", {}).get("p99"))
    spread = spread_of(bounds, account.within(bounds))
    names = account.section_names
    errors = account.failures.by_kind()
    told = (account.summary, names, account.scorer_names, account.tokens, spread, errors)
    return Figures(*told, account.revised)


def _style(report: Report, account: Account | None) -> str:
    """The style, with the running header of this report: verdict, run and bundle digest."""
    run = account.heads[-1].stream if account else "no run that can be relied on"
    verdict = "verified" if report.verified else "NOT VERIFIED"
    told = {
        "top-left": f'"{run}"',
        "top-right": f'"bundle {report.digest or "without a digest"}"',
        "bottom-left": f'"Evidence report: {verdict}"',
        "bottom-right": '"Page " counter(page) " of " counter(pages)',
    }
    boxes = "".join(f"  @{place} {{ content: {content}; }}\n" for place, content in told.items())
    return f"{_STYLE.read_text('utf-8')}\n@page {{\n{boxes}}}\n"


def _rules(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def _as_url(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def _setting(value: Json) -> str:
    """A value as JSON: on several lines where these are few, and its beginning where it is long."""
    told = pretty(value)
    if told.count("\n") > _LINES:
        told = visible(json.dumps(value, ensure_ascii=False))
    if len(told) <= _CONFIG:
        return told
    return f"{told[:_CONFIG]}\n… the bundle has all {len(told):,} characters"
