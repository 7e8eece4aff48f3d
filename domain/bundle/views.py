"""Views: plain files that follow from events and parts (format, section 9).

The exporter writes what these functions yield, and a verifier compares it byte for byte. Not here:
which members a bundle has, and in which order (``layout``).
"""

from collections.abc import Iterable, Iterator, Mapping

from domain.bundle.reading import Content, Reading, Result
from domain.canonical import Json, encode, reread
from domain.evaluation import results
from domain.evaluation.summary import Summary

_TOKENS = ("tokens_in", "tokens_out")
_STATUS = [name.encode() for name in results.OUTCOMES]
_OPEN = Content("", "", {}, {}, frozenset(), {})


def meta(reading: Reading) -> bytes:
    """``meta.json``: the dataset's config, and the run's environment."""
    dataset = reading.registered("dataset.registered")
    run = reading.registered("run.registered")
    members = [b'"dataset":%b' % _text(dataset, "config")]
    if run and (environment := run.text("environment")) is not None:
        members.append(b'"environment":%b' % environment)
    return b"{%b}\n" % b",".join(members)


def run_config(reading: Reading) -> bytes:
    """``run_config.json``: the run's config."""
    return _text(reading.registered("run.registered"), "config") + b"\n"


def section_line(row: Content) -> bytes:
    """One line of ``sections/<ordinal>.jsonl``, in eval_752's form of an item, with its LF."""
    members: dict[str, Json] = {"answer": reread(row.texts["answer"])}
    for kind, stands_as in (("item", "id"), ("question", "inputs")):
        value = reread(row.texts[kind])
        if kind in row.undisclosed:
            members[stands_as] = value
        elif isinstance(value, dict):
            members.update(value)
    return encode(members) + b"\n"


def section(reading: Reading, items: Iterable[int]) -> Iterator[bytes]:
    """The lines of one section, by item."""
    return (section_line(reading.row(item)) for item in items)


def result_line(result: Result, scorers: int) -> bytes:
    """One line of ``results.jsonl``, with its LF. Values stand in it verbatim."""
    outcome, attempts, _ = results.unpack(result.bits)
    told = result.outcome or _OPEN
    facts, texts = told.facts, told.texts
    return b'{"attempts":%d,"epoch":%d%b,"id":%b,"item":%d%b%b%b,"status":"%b"%b}\n' % (
        attempts,
        result.epoch,
        b',"error":%b' % texts["error"] if "error" in texts else b"",
        _outside_id(result.row),
        result.item,
        b',"latency_ms":%d' % facts["latency_ms"] if "latency_ms" in facts else b"",
        b',"response":%b' % texts["response"] if "response" in texts else b"",
        _scores(result.scores, scorers) if result.scores else b"",
        _STATUS[outcome],
        b"".join([b',"%b":%d' % (name.encode(), facts[name]) for name in _TOKENS if name in facts]),
    )


def _scores(scores: Mapping[int, Content], scorers: int) -> bytes:
    first = b',"score":%b' % _number(scores[0]) if 0 in scores else b""
    texts = [_text(scores.get(scorer), "score") for scorer in range(scorers)]
    return b'%b,"scores":[%b]' % (first, b",".join(texts))


def new_summary(reading: Reading) -> Summary:
    """A summary that expects what is planned and has counted nothing yet."""
    summary = Summary(reading.history.dataset.sections)
    summary.plan(reading.history.plan, reading.history.sections)
    return summary


def count(summary: Summary, reading: Reading, result: Result) -> None:
    """Add one result to a summary."""
    scores = [(scorer, score_value(content)) for scorer, content in result.scores.items()]
    planned = reading.history.plan.includes(result.item, result.epoch)
    section, latency_ms = result.row.facts["section"], result.facts.get("latency_ms")
    summary.add(section, result.bits, latency_ms, scores, planned=planned)


def summary_text(summary: Summary, reading: Reading) -> bytes:
    """``summary.json``."""
    run = reading.history.run
    return encode(summary.to_json(run.status, run.scorers) if run else {}) + b"\n"


def score_value(score: Content) -> int | float | None:
    """The value of a disclosed score."""
    members = score.value("score")
    value = members["value"] if isinstance(members, dict) else None
    return value if isinstance(value, int | float) else None


def _number(score: Content) -> bytes:
    value = score_value(score)
    if type(value) is int:
        return b"%d" % value
    return score.texts["score"] if value is None else encode(value)


def _outside_id(row: Content) -> bytes:
    value = row.value("item")  # read once for all of its epochs, however large it is
    return encode(value["id"]) if isinstance(value, dict) else row.texts["item"]


def _text(content: Content | None, kind: str) -> bytes:
    text = content.text(kind) if content else None
    return b"null" if text is None else text
