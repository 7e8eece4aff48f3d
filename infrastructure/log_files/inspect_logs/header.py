"""What a run's events say of it as a whole, before any result is looked at.

Not here: the form in which a log says it (``header_text``).
"""

from application.whole_run import WholeRun
from domain.bundle.reading import Content
from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.score_names import score_names
from infrastructure.log_files.inspect_logs.shown import Shown


class Header:
    """Configs, environment and annotations of a run.

    ``restored`` tells whether they are from a log of Inspect: then ``spec``, ``plan`` and
    ``reported`` are what that log said.
    """

    def __init__(self, whole: WholeRun) -> None:
        self._shown = Shown(whole.asset)
        self.registered = whole.reading.registered("run.registered")
        dataset = whole.reading.registered("dataset.registered")
        self.config = self.part(self.registered, "config", "config of the run")
        self.environment = self.part(self.registered, "environment")
        self.dataset = self.part(dataset, "config", "config of the dataset")
        self.annotations = [self.part(each, "annotation") for each in whole.annotations()]
        inspect = object_of(object_of(self.config).get("inspect"))
        self.spec, self.plan = object_of(inspect.get("eval")), object_of(inspect.get("plan"))
        self.restored = bool(self.spec)
        self.reported = self._take_reported() if self.restored else Members()
        results = object_of(self.reported.get("results"))
        self.scores = score_names(whole.scorers, self.spec, results)

    @property
    def archived_from(self) -> str:
        """The mapping by which it was archived from a file; "" where it was recorded."""
        return str(self.registered.facts.get("archived_from", "")) if self.registered else ""

    @property
    def model(self) -> str:
        """The model as Inspect names it: with its provider."""
        if isinstance(self.config, dict):
            named = f"{self.config.get('provider')}/{self.config.get('model')}"
            return str(self.spec.get("model", named))
        return str(self.config)

    @property
    def created(self) -> str:
        """When it was registered; Inspect has to be told a time."""
        return self.when(self.registered) or (self.registered.at if self.registered else "")

    @property
    def undisclosed(self) -> Members:
        """The digests of what is withheld and what is erased, by what it is."""
        return self._shown.undisclosed

    def when(self, content: Content | None) -> str:
        """When something is said to have happened, or was recorded as it happened; else ""."""
        if content is None:
            return ""
        return str(content.facts.get("occurred", "" if self.archived_from else content.at))

    def part(self, content: Content | None, kind: str, what: str = "") -> Json:
        """A part of an event that is about the run as a whole."""
        return self._shown.value(content, kind, what)

    def _take_reported(self) -> Members:
        """What a log of Inspect reported, which the archive keeps as the first such annotation."""
        for number, annotation in enumerate(self.annotations):
            if isinstance(reported := object_of(annotation).get("reported"), dict):
                del self.annotations[number]
                return reported
        return {}
