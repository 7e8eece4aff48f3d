"""The header of an Inspect log as configs, environment, times and end of dataset and run.

What the run was set to do is its config, so that runs of the same set-up are found to be such;
what was so only this time is its environment. Not here: samples, and the figures of a header.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput
from infrastructure.log_sources.inspect_logs.container import Container, read_noting
from infrastructure.log_sources.json_values import object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.native_items import id_text
from infrastructure.log_sources.times import occurred

KNOWN_VERSION: Final = 2
_THIS_TIME: Final = frozenset({
    "created", "eval_id", "eval_set_id", "packages", "revision", "run_id", "task_id", "viewer",
})  # fmt: skip
_ENDS: Final[Mapping[str, str]] = {
    "success": "run.completed",
    "error": "run.failed",
    "cancelled": "run.canceled",
    "started": "",
}
_MAPPED: Final = frozenset({"version", "eval", "plan"})


class Header:
    """What an Inspect log says at its beginning and end.

    Raises:
        InvalidInput: when it does not say which evaluation it is of.
    """

    def __init__(self, container: Container, account: Account) -> None:
        texts = container.header()
        self._all = {name: read_noting(text, name, account) for name, text in texts.items()}
        self.eval = object_at(self._all, "eval")
        if not isinstance(self.eval.get("task"), str) or not isinstance(
            self.eval.get("model"), str
        ):
            expected, found = "the names of task and model", ", ".join(self.eval) or "none"
            raise InvalidInput("header, eval", expected, found[:80])
        status = self._all.get("status", "success" if container.finished else "started")
        self.status = status if isinstance(status, str) and status in _ENDS else "started"
        if self.status != status:
            account.note("a status that is not known: the run has no end", "header, status")
        self._note(account)

    @property
    def ids(self) -> Iterator[str]:
        """The ids of the samples that the run was to have, in the order of the dataset."""
        listed = self._dataset.get("sample_ids")
        texts = map(id_text, listed if isinstance(listed, list) else [])
        return (text for text in texts if text is not None)

    @property
    def epochs(self) -> int:
        """The number of epochs that the run was to have."""
        epochs = object_at(self.eval, "config").get("epochs")
        return epochs if isinstance(epochs, int) and epochs > 0 else 1

    def dataset_config(self) -> Members:
        """The config of the dataset: the task's name where it has none itself."""
        told = {name: v for name, v in self._dataset.items() if name != "sample_ids"}
        name = self._dataset.get("name")
        named = name if isinstance(name, str) and name else self.eval["task"]
        return {"name": named, "task": self.eval["task"], "inspect": told}

    def run_config(self, scorers: Sequence[Json], account: Account) -> Members:
        """The config of the run: provider, model, parameters, scorers, and the rest as it is."""
        told = {n: v for n, v in self.eval.items() if n not in _THIS_TIME and n != "dataset"}
        provider, slash, model = str(self.eval["model"]).partition("/")
        if not slash:
            provider, model = "unknown", provider
            account.note("a model without a provider: unknown", "header, eval, model")
        return {
            "provider": provider,
            "model": model,
            "parameters": self._parameters(),
            "scorers": [*scorers],
            "inspect": {"eval": told, "plan": self._all.get("plan")},
        }

    def environment(self) -> Members:
        """What was so this time: packages, git revision, ids, times, version of the format."""
        told = {name: value for name, value in self.eval.items() if name in _THIS_TIME}
        return {**told, "log_version": self._all.get("version")}

    def started(self) -> Members:
        """When the run is said to have begun."""
        return occurred([self.stats, self.eval], ("started_at", "created"))

    def end(self) -> Members:
        """The event that ends the run; nothing for one that was cut off or is still going on."""
        event = _ENDS[self.status]
        if not event:
            return {}
        error = self._all.get("error")
        failed: Members = {"error": error} if event == "run.failed" and error is not None else {}
        return {"type": event, **failed, **occurred([self.stats], ("completed_at",))}

    def reported(self) -> Members:
        """What it reports of the run: status, results, usage, updates, whatever else."""
        return {name: value for name, value in self._all.items() if name not in _MAPPED}

    @property
    def results(self) -> Members:
        """The figures that it reports."""
        return object_at(self._all, "results")

    @property
    def stats(self) -> Members:
        """Times and usage of the whole run."""
        return object_at(self._all, "stats")

    @property
    def _dataset(self) -> Members:
        return object_at(self.eval, "dataset")

    def _parameters(self) -> Members:
        """What the model was asked with: the plan's config, and over it the run's own."""
        plan = object_at(self._all, "plan", "config")
        given = {**plan, **object_at(self.eval, "model_generate_config")}
        return {name: value for name, value in given.items() if value is not None}

    def _note(self, account: Account) -> None:
        version = self._all.get("version")
        if not isinstance(version, int) or version > KNOWN_VERSION:
            told = f"a version of the format that is not known: read as version {KNOWN_VERSION}"
            account.note(told, "header, version")
        if "created" in self.eval and not occurred([self.eval], ("created",)):
            account.note("a time without its zone: kept as text only", "header, eval, created")
