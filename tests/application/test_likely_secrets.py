from typing import Any

import pytest

from application.likely_secrets import secrets_in, secrets_in_text

KEY = "sk-proj-Ab12Cd34Ef56Gh78"


def found(value: Any) -> list[tuple[str, str]]:
    return sorted((place, rule) for place, rule in secrets_in(value, "x"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"sent Bearer {'aB3' * 10}", "bearer_token"),
        (f"invalid key {KEY}.", "api_key"),
        ("https://user:secret@host/path", "credentials_in_url"),
        ("AKIAIOSFODNN7EXAMPLE", "aws_access_key"),
        (f"ghp_{'a1' * 18}", "github_token"),
        (f"AIza{'a1' * 17}_", "google_api_key"),
        ("xoxb-1234567890-abc", "slack_token"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private_key"),
    ],
)
def test_what_looks_like_a_secret_is_found_in_any_text(text: str, rule: str) -> None:
    assert found({"a": [0, {"b": text}]}) == [("x.a.1.b", rule)]
    assert [secret.rule for secret in secrets_in_text(text, "y")] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "The bearer of bad news, with internationalization",
        "task-oriented-dialogue-2024, risk-averse-behaviour-2024",
        "sk-learn-based-approaches",
        "http://host:8080/path?at=user@example.com",
        "AKIA",
        "ask the user for a password: then go on",
    ],
)
def test_plain_text_is_no_secret(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "name", ["api_key", "apiKey", "API-KEY", "x-api-key", "openai_api_key", "password",
             "client_secret", "Authorization", "refresh_token"]
)  # fmt: skip
def test_a_member_that_is_named_so_is_a_secret(name: str) -> None:
    assert [place for place, _ in found({name: "hunter22"})] == [f"x.{name}"]


@pytest.mark.parametrize(
    "value", ["", None, 7, True, "****", "<redacted>", "${API_KEY}", "null", "REDACTED", "xxxxxx"]
)
def test_a_member_without_a_value_is_none(value: Any) -> None:
    assert found({"api_key": value}) == []


@pytest.mark.parametrize("name", ["key", "keyboard", "token", "tokens", "passwords", "secretary"])
def test_other_names_are_none(name: str) -> None:
    assert found({name: "hunter22"}) == []


@pytest.mark.parametrize(
    ("line", "count"),
    [("  api_key: abcd1234", 1), ('"api_key" : "abcd1234",', 1), ("API_KEY=abcd1234", 1),
     ("api_key: null", 0), ("api_key: ${KEY}", 0), ("api_key:", 0), ("api_key_name: abcd1234", 0)],
)  # fmt: skip
def test_a_line_of_a_config_is_looked_at(line: str, count: int) -> None:
    assert len(list(secrets_in_text(line, "x"))) == count


def test_a_secret_is_never_repeated() -> None:
    assert KEY not in repr(found({"a": KEY, "api_key": KEY}))


@pytest.mark.parametrize("text", ["sk-" * 50_000, "://a" * 50_000, "Bearer " * 50_000,
                                  "-----BEGIN " * 50_000, "a_" * 50_000])  # fmt: skip
def test_hostile_texts_are_looked_through_in_linear_time(text: str) -> None:
    assert found(text) == []
    assert list(secrets_in_text(text, "x")) == []
