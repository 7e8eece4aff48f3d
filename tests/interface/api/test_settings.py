"""Every setting, by each way in which it can be set; and that the page for operators tells it."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ByteSize
from pydantic_settings import BaseSettings
from typer.main import get_command

from domain.errors import InvalidInput, UnreadableFile
from domain.transparency.signed_note import COSIGNATURE, VerifierKey
from interface.api.settings import Settings, flag_of, read_settings, variable_of
from interface.cli.app import app

PAGE = (Path(__file__).parents[3] / "docs" / "service.md").read_text()
COMMANDS: Any = get_command(app)
OPTIONS = {name: param for param in COMMANDS.commands["serve"].params for name in param.opts}
ROWS = {
    row.split("`")[1]: [cell.strip() for cell in row.strip("|\n ").split(" | ")]
    for row in re.findall(r"^\| `[a-z_]+` \| `--.*$", PAGE, re.MULTILINE)
}
WITNESS = VerifierKey("w1.example", bytes(32), COSIGNATURE).encode()
VALUES: dict[str, tuple[tuple[str, Any], tuple[str, Any], tuple[str, Any], list[str]]] = {
    # of a flag, of a variable, of a file; and values that are refused
    "data": (("/a", Path("/a")), ("/b", Path("/b")), ('"/c"', Path("/c")), []),
    "host": (("::1", "::1"), ("b", "b"), ('"c"', "c"), ["x" * 254]),
    "port": (("1", 1), ("2", 2), ("3", 3), ["-1", "65536", "x", "1.5"]),
    "open": ((True, True), ("true", True), ("true", True), ["perhaps"]),  # type: ignore[dict-item]  # it is a flag
    "tls_cert": (("a", Path("a")), ("b", Path("b")), ('"c"', Path("c")), []),
    "tls_key": (("a", Path("a")), ("b", Path("b")), ('"c"', Path("c")), []),
    "proxies": (("::1", "::1"), ("10.0.0.0/8", "10.0.0.0/8"), ('""', ""), ["*", "a", "10.0.0.1/8"]),
    "max_body_size": (("1", 1), ("2KiB", 2048), ('"3MB"', 3_000_000), ["0", "-1", "1XB", "x"]),
    "max_upload_size": (("1", 1), ("2KiB", 2048), ("3", 3), ["0", "-1", "1XB", "x"]),
    "body_timeout": (("1", 1.0), ("0.2", 0.2), ("3", 3.0), ["0", "-1", "inf", "nan", "x"]),
    "token_rate": (
        ("1/day", "1/day"),
        ("2/hour", "2/hour"),
        ('"3/second"', "3/second"),
        ["1", "x"],
    ),
    "failure_rate": (("1/day", "1/day"), ("2/hour", "2/hour"), ('"3/second"', "3/second"), ["1/x"]),
    "heartbeat": (("1", 1.0), ("0.2", 0.2), ("3", 3.0), ["0", "86401", "x"]),
    "graceful_timeout": (("0", 0), ("2", 2), ("3", 3), ["-1", "1.5", "3601"]),
    "checkpoint_interval": (("1", 1.0), ("0.2", 0.2), ("3", 3.0), ["0", "86401", "x"]),
    "public_log": ((True, True), ("true", True), ("true", True), ["perhaps"]),  # type: ignore[dict-item]  # it is a flag
    "exports_kept": (("0", 0), ("2KiB", 2048), ("3", 3), ["-1", "x"]),
    "policy": (("a", Path("a")), ("b", Path("b")), ('"c"', Path("c")), []),
    "timestamp_authorities": (
        ("http://a", "http://a"),
        ("https://a/x, http://b", "https://a/x, http://b"),
        ('"http://c"', "http://c"),
        ["a", "ftp://a", "http://", "http://a,b"],
    ),
    "timestamp_roots": (("a", Path("a")), ("b", Path("b")), ('"c"', Path("c")), []),
    "witnesses": (
        (f"{WITNESS} http://a", f"{WITNESS} http://a"),
        (f"{WITNESS} http://b", f"{WITNESS} http://b"),
        (f'"{WITNESS} https://c"', f"{WITNESS} https://c"),
        [WITNESS, "http://a", f"{WITNESS} a", VerifierKey("w", bytes(32)).encode() + " http://a"],
    ),
    "log_level": (("debug", "debug"), ("error", "error"), ('"warning"', "warning"), ["loud"]),
}
TOGETHER = {
    "tls_cert": "tls_key",
    "tls_key": "tls_cert",
    "timestamp_authorities": "timestamp_roots",
    "timestamp_roots": "timestamp_authorities",
}


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*Settings.model_fields, "config"):
        monkeypatch.delenv(variable_of(name), raising=False)


def default(name: str) -> Any:
    field = Settings.model_fields[name]
    return field.get_default(call_default_factory=True, validated_data={})


def told(value: Any) -> str:
    """A value as the page writes it."""
    match value:
        case None | "":
            return "–"
        case bool():
            return f"`{str(value).lower()}`"
        case ByteSize():
            return f"`{value.human_readable(separator='').replace('.0', '')}`"
        case _:
            return f"`{value}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_has_a_flag_a_variable_and_a_line_and_the_page_tells_them(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    in_file, option, variable, otherwise, meaning = ROWS[name]
    assert in_file == f"`{name}`"
    assert option == f"`{flag_of(name)}`"
    assert variable == f"`{variable_of(name)}`"
    assert otherwise == ("your user data folder" if name == "data" else told(default(name)))
    assert meaning.endswith(".")
    assert OPTIONS[flag_of(name)].name == name
    flag, environment, line, wrong = VALUES[name]
    other: dict[str, str | bool] = {TOGETHER[name]: "http://x"} if name in TOGETHER else {}
    file = tmp_path / "settings.toml"

    assert getattr(read_settings({}), name) == default(name)
    file.write_text(f"{name} = {line[0]}\n")
    assert getattr(read_settings(other, str(file)), name) == line[1]
    monkeypatch.setenv(variable_of(name), environment[0])
    assert getattr(read_settings(other, str(file)), name) == environment[1]
    assert getattr(read_settings({**other, name: flag[0]}, str(file)), name) == flag[1]

    for value in wrong:
        with pytest.raises(InvalidInput) as caught:
            read_settings({**other, name: value})
        assert caught.value.place == flag_of(name)
        monkeypatch.setenv(variable_of(name), value)
        with pytest.raises(InvalidInput) as caught:
            read_settings(other)
        assert caught.value.place == variable_of(name)


def test_the_page_tells_no_other_settings() -> None:
    assert list(ROWS) == list(Settings.model_fields) == list(VALUES)
    extra = set(OPTIONS) - {flag_of(name) for name in ROWS}
    assert extra == {"--config", "--json", "--debug"}


def test_the_file_on_the_page_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "settings.toml"
    file.write_text(block)
    assert read_settings({}, str(file)).max_upload_size == 16 * 2**30


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("prot = 1", "prot", "none of them"),
        ("port = 99999", "port", "99999"),
        ("[http]\nport = 1", "http", "none of them"),
        ('port = "x"', "port", "'x'"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(
    text: str, place: str, found: str, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        read_settings({}, str(file))
    assert (caught.value.place, caught.value.found) == (f"{file}: {place}", found)


def test_what_is_expected_is_told_in_a_few_words() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_settings({"port": "x"})
    assert str(caught.value) == "--port: expected a valid integer, found 'x'"
    with pytest.raises(InvalidInput) as caught:
        read_settings({"token_rate": "x"})
    assert caught.value.expected == "a rate such as 600/minute"


@pytest.mark.parametrize("content", [None, "port", b"\xff", "port = 1\nport = 2"])
def test_a_file_that_is_none_is_told(content: str | bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    if content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UnreadableFile) as caught:
        read_settings({}, str(file))
    assert caught.value.place == str(file)


def test_a_variable_names_the_file_where_no_option_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text("port = 1")
    second.write_text("port = 2")
    monkeypatch.setenv("EVAL752_CONFIG", str(first))
    assert read_settings({}).port == 1
    assert read_settings({}, str(second)).port == 2


def test_a_variable_that_is_empty_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVAL752_PORT", "")
    assert read_settings({}).port == 7520


def test_a_variable_of_another_command_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVAL752_ACTOR", "me")
    assert isinstance(read_settings({}), BaseSettings)


@pytest.mark.parametrize("given", TOGETHER)
def test_of_two_that_go_together_none_goes_alone(given: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_settings({given: "http://file.pem"})
    assert caught.value.place == flag_of(given)
    assert caught.value.expected == f"{flag_of(TOGETHER[given])} beside it"
