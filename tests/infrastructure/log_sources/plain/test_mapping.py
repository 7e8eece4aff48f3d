from pathlib import Path

import pytest

from application.log_source import Declared
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.plain.mapping import read_mapping

FILE = """\
provider = "openai"
model = "gpt-4o-mini"
dataset = "capitals"

[columns]
question = "prompt"
choices = ["a", "b"]
score = "correct"

[[scorers]]
name = "match"
method = "exact_match"
parameters = { casefold = false }
column = "correct"
"""


def test_a_file_and_options_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('[columns]\nquestion = "q"\nchoices = ["a", "b"]\n')
    from_file = read_mapping(Declared([tmp_path / "m.toml"], "p", "m", "d"))
    from_text = read_mapping(Declared(["question=q,choices=a", "choices=b"], "p", "m", "d"))
    assert from_file.to_json() == from_text.to_json()


def test_a_file_says_all_there_is_to_say(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(FILE)
    assert read_mapping(Declared([tmp_path / "m.toml"])).to_json() == {
        "provider": "openai",
        "model": "gpt-4o-mini",
        "dataset": "capitals",
        "columns": {"question": "prompt", "choices": ["a", "b"], "score": ["correct"]},
        "scorers": [
            {
                "name": "match",
                "method": "exact_match",
                "parameters": {"casefold": False},
                "column": "correct",
            }
        ],
    }


def test_options_go_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(FILE)
    columns = read_mapping(Declared([tmp_path / "m.toml", "question=q"], model="m-2"))
    assert (columns.single["question"], columns.told["model"]) == ("q", "m-2")
    assert columns.told["provider"] == "openai"


def test_each_column_is_named_once() -> None:
    columns = read_mapping(Declared(["question=a,answer=a,score=b,score=c,meta=b"]))
    assert columns.names() == ["a", "b", "c"]
    assert columns.scores() == ["b", "c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m.toml", "--map: expected NAME=COLUMN, found 'm.toml'"),
        ("question=", "--map: expected NAME=COLUMN, found 'question='"),
        ("reply=b", "--map: expected one of id, question, answer"),
    ],
)
def test_what_an_option_says_wrong_is_refused(text: str, expected: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_mapping(Declared([text]))
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("colums = 1", "m.toml, colums"),
        ("model = 1", "m.toml, model"),
        ("columns = 1", "m.toml, columns"),
        ("[columns]\nreply = 'a'", "m.toml, columns"),
        ("[columns]\nid = 1", "m.toml, columns.id"),
        ("scorers = 1", "m.toml, scorers"),
        ("[[scorers]]\nname = 'a'", "m.toml, scorers, method"),
        ("[[scorers]]\nmethod = 'guess'", "m.toml, scorers, method"),
        ("[[scorers]]\nmethod = 'external'", "m.toml, scorers, method"),
        ("[[scorers]]\nmethod = 'regex'", "m.toml, scorers, parameters"),
        ("[[scorers]]\nmethod = 'numeric'\nwhy = 'x'", "m.toml, scorers"),
        ("delimiter = ';;'", "mapping, delimiter"),
        ("a", "m.toml"),
    ],
)
def test_what_a_file_says_wrong_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str
) -> None:
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        read_mapping(Declared([tmp_path / "m.toml"]))
    assert caught.value.place.startswith(place)


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Name a TOML file, or say NAME=COLUMN"):
        read_mapping(Declared([tmp_path / "none.toml"]))
