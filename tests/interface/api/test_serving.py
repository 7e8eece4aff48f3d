from types import SimpleNamespace
from typing import Any

import pytest

from interface.api import logs, serving
from interface.api.settings import Settings, read_settings


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the server was started with; the app is one that was never built."""
    started: list[Any] = []

    def create_app(settings: Settings, pages: object) -> Any:
        service = SimpleNamespace(first_token=lambda: "eval752_first")
        stopping = SimpleNamespace(set=lambda: started.append("stopping"))
        state = SimpleNamespace(service=service, stopping=stopping, settings=settings)
        return SimpleNamespace(state=state)

    def run(app: Any, settings: Settings, *, listening: Any, stopping: Any) -> None:
        started.append((app.state.settings, settings))
        listening("http://here")
        stopping()

    monkeypatch.setattr(serving, "create_app", create_app)
    monkeypatch.setattr(serving, "run", run)
    monkeypatch.setattr(logs, "configure", started.append)
    return started


def test_the_app_of_the_settings_is_run_and_told_when_it_stops(ran: list[Any]) -> None:
    told: list[Any] = []
    settings = read_settings({"log_level": "error"})
    serving.serve(settings, lambda *what: told.append(what))
    assert ran == ["error", (settings, settings), "stopping"]
    assert told == [("http://here", "eval752_first")]


def test_where_nobody_needs_a_token_none_is_made(ran: list[Any]) -> None:
    told: list[Any] = []
    serving.serve(read_settings({"open": True}), lambda *what: told.append(what))
    assert told == [("http://here", None)]
