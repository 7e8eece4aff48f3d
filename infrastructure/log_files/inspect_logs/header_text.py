"""The header of a log as JSON: what the run was, how it ended, and what it came to.

Of a run that is from a log of Inspect it is what that log said; of any other, what the archive
holds. Not here: the samples.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from application.whole_run import WholeRun
from domain.evaluation.config import scorers_of
from infrastructure.log_files.inspect_logs.about import about, with_ours
from infrastructure.log_files.inspect_logs.errors import error_of
from infrastructure.log_files.inspect_logs.generation import generate_config
from infrastructure.log_files.inspect_logs.header import Header
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.outcome import Outcome
from infrastructure.log_files.json_text import (
    Member,
    Pieces,
    Text,
    Value,
    array_of,
    pieces_of,
    text_of,
)
from infrastructure.log_files.json_text import object_of as text_object

VERSION: Final = 2

_STATUS: Final[Mapping[str, str]] = {
    "completed": "success", "failed": "error", "canceled": "cancelled",
}  # fmt: skip
_SPEC: Final[Members] = {
    "config": {}, "eval_id": "", "model_args": {}, "model_generate_config": {}, "packages": {},
    "run_id": "", "task_args": {}, "task_args_passed": {}, "task_attribs": {}, "task_id": "",
    "task_version": 0,
}  # fmt: skip
_PLAN: Final[Members] = {"config": {}, "name": "plan", "steps": []}
_STATS: Final[Members] = {
    "completed_at": "", "connection_limit_history": [], "model_usage": {}, "role_usage": {},
    "started_at": "",
}  # fmt: skip


class HeaderText:
    """The header of a run whose results were all counted.

    ``ids`` is the array of the ids that samples were to have.
    """

    def __init__(self, whole: WholeRun, header: Header, outcome: Outcome, ids: Pieces) -> None:
        self._whole, self._header, self._outcome, self._ids = whole, header, outcome, ids
        self._ended = {**header.reported, **self._stats()} if header.reported else self._made()
        self._ours = self._about()

    def start(self) -> Iterator[bytes]:
        """``_journal/start.json``."""
        return pieces_of(self._begun())

    def end(self) -> Iterator[bytes]:
        """``header.json``, which repeats how the log begins."""
        spec, ended = self._header.spec, self._ended
        members: dict[str, Member] = {"invalidated": False}
        members |= {name: text_of(value) for name, value in ended.items() if value is not None}
        members |= self._begun()
        members["status"] = _STATUS.get(self._whole.run.status, "started")
        members["tags"] = ended.get("tags", spec.get("tags")) or []
        members["metadata"] = self._with_ours(ended if "metadata" in ended else spec)
        return pieces_of(members)

    def _begun(self) -> dict[str, Member]:
        header = self._header
        spec = self._restored_spec() if header.restored else self._made_spec()
        dataset: dict[str, Member] = {**object_of(spec["dataset"]), "sample_ids": self._ids}
        told: dict[str, Member] = {**spec, "metadata": self._with_ours(header.spec)}
        told["dataset"] = lambda: pieces_of(dataset)
        plan: Members = header.plan if header.restored else {"config": self._generation()}
        return {"version": VERSION, "eval": lambda: pieces_of(told), "plan": {**_PLAN, **plan}}

    def _restored_spec(self) -> Members:
        header = self._header
        given = {n: v for n, v in object_of(header.environment).items() if n != "log_version"}
        told = {**_SPEC, "created": header.created, **header.spec, **given}
        if "task_args_passed" not in header.spec:  # as Inspect's reader has it
            told["task_args_passed"] = told["task_args"]
        dataset = header.dataset
        told["dataset"] = dataset.get("inspect") if isinstance(dataset, dict) else {"name": dataset}
        return told

    def _made_spec(self) -> Members:
        header = self._header
        dataset, run = (head.stream.partition("/")[2] for head in self._whole.heads)
        name = header.dataset.get("name") if isinstance(header.dataset, dict) else header.dataset
        told: Members = {
            "config": {"epochs": self._outcome.epochs},
            "created": header.created,
            "dataset": {"name": name, "samples": self._whole.items},
            "eval_id": run,
            "model": header.model,
            "model_generate_config": self._generation(),
            "run_id": run,
            "scorers": [
                {"name": scorer, "options": parameters, "metadata": {"method": method}}
                for scorer, method, parameters in scorers_of(header.config)
            ],
            "task": name,
            "task_id": dataset,
        }
        return _SPEC | told

    def _stats(self) -> Members:
        return {"stats": _STATS | object_of(self._header.reported.get("stats"))}

    def _made(self) -> Members:
        """How the run ended and what it came to, as the archive has it."""
        header, outcome = self._header, self._outcome
        ended = self._whole.happened(f"run.{self._whole.run.status}")
        error = header.part(ended, "error", "error of the run")
        stats: Members = {
            "started_at": header.when(self._whole.happened("run.started")),
            "completed_at": header.when(ended),
            "model_usage": outcome.usage(header.model),
        }
        failure = None if error is None else error_of(error)
        return {"error": failure, "results": outcome.results(), "stats": _STATS | stats}

    def _about(self) -> Mapping[str, Value]:
        header = self._header
        told = about(self._whole, self._outcome.summary)
        if header.archived_from:
            told["archived_from"] = header.archived_from
        if header.annotations:
            told["annotations"] = array_of(header.annotations)
        if not header.restored:
            told["config"], told["dataset_config"] = text_of(header.config), text_of(header.dataset)
            told["environment"] = text_of(header.environment)
        return told | header.undisclosed

    def _with_ours(self, members: Members) -> Text:
        return text_object(with_ours(object_of(members.get("metadata")), self._ours))

    def _generation(self) -> Members:
        return generate_config(object_of(self._header.config).get("parameters"))
