"""What the pages that compare are shown with: three runs of one dataset, one of another, and two
whose every text is hostile.

Not here: what is expected of the pages.
"""

from typing import Any, NamedTuple

import httpx

from tests.archives import CHOICE, Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.pages_archive import HOSTILE, JUDGE, Shown

ITEMS = 6
WRONG = "I do not know."


class Compared(NamedTuple):
    """The ids of the runs."""

    small: str
    medium: str
    large: str
    elsewhere: str
    """On another dataset, whose items have the same ids."""
    hostile: str
    other_hostile: str

    @property
    def two(self) -> list[str]:
        """The first and the last of one dataset: two flips to right, one to wrong."""
        return [self.small, self.large]


def fill_compared(service: Served, shown: Shown) -> Compared:
    """Record the runs."""
    client = service.as_role("recorder")
    dataset = new_dataset(client, ITEMS, "compared")
    other = new_dataset(client, ITEMS, "elsewhere")
    return Compared(
        small=run_of(client, dataset, "small", {0, 1}),
        medium=run_of(client, dataset, "medium", {0, 1, 2}),
        large=run_of(client, dataset, "large", {1, 2, 3}),
        elsewhere=run_of(client, other, "other", {0}),
        hostile=shown.hostile,
        other_hostile=_hostile(service, shown),
    )


def run_of(client: httpx.Client, dataset: str, model: str, right: set[int]) -> str:
    """A run that answers these items well, and the others badly; the last one it gives up."""
    run = begin_run(client, dataset, config=config_of(model))
    answers = [answered(n, None if n in right else WRONG) for n in range(ITEMS - 1)]
    given_up: Members = {
        "type": "item.failed",
        "item": f"q-{ITEMS - 1}",
        "error": {"kind": "timeout"},
    }
    ok(append(client, f"runs/{run}", *answers, given_up, {"type": "run.completed"}))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return run


def config_of(model: str) -> dict[str, Any]:
    """A run's config."""
    return {"provider": "p", "model": model, "scorers": [dict(CHOICE)]}


def _hostile(service: Served, shown: Shown) -> str:
    """A second run on the dataset of the hostile one."""
    client = service.root
    there = ok(client.get(f"/v1/runs/{shown.hostile}"))["run"]["dataset"]["stream"]
    config = {"model": HOSTILE, "scorers": [dict(CHOICE), dict(JUDGE)], HOSTILE: "another"}
    run = begin_run(client, there.partition("/")[2], config={"provider": HOSTILE, **config})
    ok(append(client, f"runs/{run}", answered(0, HOSTILE, item=HOSTILE)))
    return run
