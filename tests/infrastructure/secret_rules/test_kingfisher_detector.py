"""What the rules find in the texts of log files, and what they leave alone."""

import re
from pathlib import Path

import pytest

import infrastructure.secret_rules as rules
from application.likely_secrets import secrets_in, secrets_in_text

DETECTOR = rules.KingfisherDetector()
OWN = Path(rules.__file__).with_name("log_files.yml").read_text("utf-8")
KEY = "sk-proj-Ab12Cd34Ef56Gh78"


def found(value: object) -> list[str]:
    return [secret.rule for secret in secrets_in(DETECTOR, value, "x")]  # type: ignore[arg-type]  # any JSON


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"sent Bearer {'aB3' * 10}", "bearer-token"),
        (f"invalid key {KEY}.", "api-key"),
        ("AKIAIOSFODNN7EXAMPLE", "aws-access-key"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "github-pat"),
        ("xoxb-123456789012-1234567890123-abcdefABCDEF123456789012", "slack-bot-token"),
        ("AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "gcp-api-key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private-key"),
        ("https://user:secret@host/path", "credentials-in-url"),
        ("redis://:secret@host/0", "credentials-in-url"),
    ],
)
def test_keys_are_found_in_any_text(text: str, rule: str) -> None:
    assert rule in found({"a": [0, {"b": f"error:\n{text}\n"}]})
    assert rule in [secret.rule for secret in secrets_in_text(DETECTOR, text, "y")]


def test_each_of_our_rules_finds_its_example() -> None:
    pattern = r"id: eval752\.([a-z-]+)\n.*?examples: \[(['\"])(.*?)\2\]"
    examples = re.findall(pattern, OWN, re.DOTALL)
    assert len(examples) == OWN.count("- name:")
    for rule, _, example in examples:
        assert rule in DETECTOR.find(example), rule


@pytest.mark.parametrize(
    "text",
    [
        "The bearer of bad news, with internationalization",
        "task-oriented-dialogue-2024, risk-averse-behaviour-2024",
        "sk-learn-based-approaches",
        "http://host:8080/path?at=user@example.com",
        "AKIA",
        "ask the user for a password: then go on",
        "Password: then go on",
    ],
)
def test_plain_text_is_no_secret(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "name", ["api_key", "apiKey", "API-KEY", "x-api-key", "openai_api_key", "password",
             "client_secret", "Authorization", "refresh_token"]
)  # fmt: skip
def test_a_member_that_is_named_so_is_a_secret(name: str) -> None:
    secrets = secrets_in(DETECTOR, {"args": {"a": 1, name: "hunter22"}}, "x")
    assert [secret.place for secret in secrets] == [f"x.args.{name}"]
    assert found(f'{{"{name}": "hunter22"}}'), "also as text within a text"


@pytest.mark.parametrize(
    "value", ["", None, 7, True, "****", "<redacted>", "${API_KEY}", "null", "REDACTED", "xxxxxx"]
)
def test_a_member_without_a_value_is_none(value: object) -> None:
    assert found({"api_key": value}) == []


@pytest.mark.parametrize("name", ["key", "keyboard", "token", "tokens", "passwords", "secretary"])
def test_other_names_are_none(name: str) -> None:
    assert found({name: "hunter22"}) == []


@pytest.mark.parametrize(
    ("line", "count"),
    [("  api_key: abcd1234", 1), ('"api_key" : "abcd1234",', 1), ("API_KEY=abcd1234", 1),
     ("export OPENAI_API_KEY=abcd1234", 1), ("model: m\napi_key: abcd1234\n", 1),
     ("api_key: null", 0), ("api_key: ${KEY}", 0), ("api_key:", 0), ("api_key_name: abcd1234", 0)],
)  # fmt: skip
def test_a_line_of_a_config_is_looked_at(line: str, count: int) -> None:
    assert len(list(secrets_in_text(DETECTOR, line, "x"))) == count


def test_half_a_character_hides_nothing() -> None:
    assert found({"a": f"\ud800 {KEY}"}) == ["api-key"]


def test_several_at_one_place_count_once() -> None:
    assert len(DETECTOR.find(f'"api_key": "{KEY}"')) == 1


@pytest.mark.parametrize("text", ["sk-" * 50_000, "://a" * 50_000, "Bearer " * 50_000,
                                  "-----BEGIN " * 50_000, "a_" * 50_000])  # fmt: skip
def test_hostile_texts_are_looked_through(text: str) -> None:
    assert found(text) == []
    assert list(secrets_in_text(DETECTOR, text, "x")) == []
