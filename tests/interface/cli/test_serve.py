import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import Refused
from interface.api import serving
from interface.api.settings import Settings
from interface.web.pages import add_pages
from tests.interface.cli.running import eval752


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which something would have been served."""
    found: list[Settings] = []

    def serve(
        settings: Settings, listening: Callable[[str, str | None], None], pages: object
    ) -> None:
        assert pages is add_pages
        found.append(settings)
        listening("http://here:1", "eval752_first" if settings.port == 1 else None)

    monkeypatch.setattr(serving, "serve", serve)
    return found


def test_it_says_where_it_listens_and_the_first_token(served: list[Settings]) -> None:
    said = eval752("serve", "--port", "1", "--open", "--data", "/x", "--max-body-size", "1KiB")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "listening on http://here:1\n"
        "the first token, an administrator's, told this once: eval752_first\n"
    )
    (settings,) = served
    assert (settings.data, settings.open, settings.max_body_size) == (Path("/x"), True, 1024)


def test_what_is_not_given_is_left_to_the_environment_and_the_file(
    served: list[Settings], tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("port = 5\nopen = true\n")
    said = eval752("serve", "--config", file, EVAL752_HEARTBEAT="7")
    assert said.out == "listening on http://here:1\n"
    assert (served[0].port, served[0].open, served[0].heartbeat) == (5, True, 7)
    assert eval752("serve", EVAL752_CONFIG=str(file)).code == 0
    assert served[1].port == 5


def test_with_json_it_says_one_document(served: list[Settings]) -> None:
    said = eval752("serve", "--json", "--port", "1")
    assert json.loads(said.out) == {"listening": "http://here:1", "token": "eval752_first"}


def test_a_value_out_of_range_is_refused(served: list[Settings]) -> None:
    said = eval752("serve", "--port", "x")
    assert (said.code, said.err) == (2, "error: --port: expected a valid integer, found 'x'\n")
    assert served == []


def test_what_cannot_be_served_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise Refused("--open", "an address that this machine alone reaches", "0.0.0.0:7520")

    monkeypatch.setattr(serving, "serve", refused)
    assert eval752("serve", "--open").code == 2


def test_an_interruption_has_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "serve", interrupted)
    said = eval752("serve")
    assert (said.code, said.err) == (130, "interrupted\n")
