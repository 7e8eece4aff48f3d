import json
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account, Declared, Entry
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources import open_log

MAP = "id=qid,question=prompt,answer=gold,response=output,score=ok"
CSV = """\
qid,prompt,gold,output,ok
q1,France?,Paris,Paris,1
q2,"Peru, please?",Lima,Cusco,0
"""
MATCH = '[[scorers]]\nname = "match"\nmethod = "exact_match"\n'


def walk(
    path: Path, *maps: str | Path, **told: str
) -> tuple[list[Entry], list[dict[str, Any]], Account]:
    account = Account()
    with open_log(path, Declared(maps or (MAP,), **told)) as log:
        dataset = list(log.dataset(account))
        run = [entry.members for number in range(log.runs) for entry in log.run(number, account)]
    return dataset, run, account


def rows(entries: list[Entry]) -> list[Any]:
    return [entry.members["row"] for entry in entries[1:]]


def refused(path: Path, *maps: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        walk(path, *maps)
    return str(caught.value)


def of_type(run: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [members for members in run if members["type"] == kind]


def csv(folder: Path, text: str = CSV) -> Path:
    (folder / "answers.csv").write_text(text)
    return folder / "answers.csv"


def jsonl(folder: Path, *records: Any) -> Path:
    (folder / "answers.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in records))
    return folder / "answers.jsonl"


def test_rows_are_items_and_results(tmp_path: Path) -> None:
    dataset, run, account = walk(csv(tmp_path), provider="p", model="m", dataset="capitals")
    assert dataset[0].members["config"] == {"name": "capitals"}
    assert rows(dataset)[1] == {
        "id": "q2",
        "type": "freeform",
        "inputs": {"text": "Peru, please?"},
        "answer": "Lima",
    }
    assert run[0]["config"]["provider"] == "p"
    assert run[0]["config"]["scorers"] == [{"method": "external", "name": "ok", "parameters": {}}]
    at = {"item": 1, "epoch": 1}
    assert run[4:6] == [
        {"type": "item.answered", **at, "response": {"text": "Cusco"}},
        {"type": "item.scored", **at, "scorer": 0, "score": {"value": 0}},
    ]
    assert account.found == {"items": 2, "results": 2, "scores": 2}
    assert account.notes() == []


def test_lines_of_json_say_the_same(tmp_path: Path) -> None:
    records = [
        {"qid": "q1", "prompt": "France?", "gold": "Paris", "output": "Paris", "ok": 1},
        {"qid": "q2", "prompt": "Peru, please?", "gold": "Lima", "output": "Cusco", "ok": 0},
    ]
    dataset, run, _ = walk(jsonl(tmp_path, *records))
    same, other, _ = walk(csv(tmp_path))
    assert rows(dataset) == rows(same)
    assert run[1:] == other[1:]


def test_members_within_members_have_dotted_names(tmp_path: Path) -> None:
    record = {"q": {"text": "France?"}, "out": {"text": "Paris"}, "a.b": 1, "a": {"b": 2}}
    dataset, run, account = walk(
        jsonl(tmp_path, record), "question=q.text,response=out.text,score=a.b"
    )
    assert rows(dataset)[0]["inputs"] == {"text": "France?"}
    assert of_type(run, "item.answered")[0]["response"] == {"text": "Paris"}
    assert of_type(run, "item.scored")[0]["score"] == {"value": 1}
    assert [note.what for note in account.notes()] == [
        "no provider said: unknown",
        "no model said: unknown",
    ]


def test_choices_are_columns_or_a_list(tmp_path: Path) -> None:
    of_columns, _, _ = walk(csv(tmp_path, "q,a,b\n?,x,y\n"), "question=q,choices=a,choices=b")
    of_list, _, _ = walk(csv(tmp_path, 'q,c\n?,"[""x"",""y""]"\n'), "question=q,choices=c")
    of_json, _, _ = walk(jsonl(tmp_path, {"q": "?", "c": ["x", "y"]}), "question=q,choices=c")
    assert rows(of_columns)[0]["type"] == "mcq_single"
    assert [rows(each)[0]["choices"] for each in (of_columns, of_list, of_json)] == [["x", "y"]] * 3


def test_counts_time_and_request_are_told(tmp_path: Path) -> None:
    text = "q,r,s,in,at,sent\n?,x,0.8125,7,2025-10-21T10:01:00+02:00,hello\n?,x,,,10:00,\n"
    columns = "question=q,response=r,latency_s=s,tokens_in=in,time=at,request=sent"
    _, run, account = walk(csv(tmp_path, text), columns)
    first, second = of_type(run, "item.answered")
    assert first == {
        "type": "item.answered",
        "item": 0,
        "epoch": 1,
        "latency_ms": 812,
        "tokens_in": 7,
        "occurred": "2025-10-21T08:01:00.000000Z",
        "request": "hello",
        "response": {"text": "x"},
    }
    assert second.keys() == {"type", "item", "epoch", "response"}
    assert "a time that does not say its zone: in the original only" in {
        note.what for note in account.notes()
    }


def test_an_error_is_a_failed_result(tmp_path: Path) -> None:
    text = "q,r,e,ok\n?,,timeout,0\n"
    _, run, account = walk(csv(tmp_path, text), "question=q,response=r,error=e,score=ok")
    assert run[2:4] == [
        {
            "type": "item.attempt_failed",
            "item": 0,
            "epoch": 1,
            "error": {"error": "timeout", "scores": {"ok": "0"}},
        },
        {"type": "item.failed", "item": 0, "epoch": 1, "error": "timeout"},
    ]
    assert account.found == {"items": 1, "results": 1, "failed attempts": 1, "scores": 1}


def test_a_row_that_tells_nothing_is_an_item_without_a_result(tmp_path: Path) -> None:
    _, run, account = walk(csv(tmp_path, CSV + "q3,Chad?,N'Djamena,,\n"))
    assert (account.found["items"], account.found["results"]) == (3, 2)
    assert len(of_type(run, "item.answered")) == 2
    assert account.notes()[-1].first == "answers.csv, line 4"


def test_an_empty_response_with_a_score_is_an_empty_text(tmp_path: Path) -> None:
    _, run, _ = walk(csv(tmp_path, "qid,prompt,gold,output,ok\nq1,?,x,,0\n"))
    assert of_type(run, "item.answered")[0]["response"] == {"text": ""}


@pytest.mark.parametrize(
    ("given", "value", "notes"),
    [("true", 1, 1), ("False", 0, 1), ("0.25", 0.25, 0), (" 1 ", 1, 0), ("-1e-3", -0.001, 0)],
)
def test_scores_are_numbers_or_truths(tmp_path: Path, given: str, value: float, notes: int) -> None:
    text = f"qid,prompt,gold,output,ok\nq1,?,x,y,{given}\n"
    _, run, account = walk(csv(tmp_path, text), MAP, provider="p", model="m")
    assert of_type(run, "item.scored")[0]["score"] == {"value": value}
    assert len(account.notes()) == notes


@pytest.mark.parametrize("given", ["good", "NaN", "1,5", "0x1", "[1]"])
def test_a_score_that_is_no_number_stays_in_the_response(tmp_path: Path, given: str) -> None:
    text = f'qid,prompt,gold,output,ok\nq1,?,x,y,"{given}"\n'
    _, run, account = walk(csv(tmp_path, text), MAP, provider="p", model="m")
    assert of_type(run, "item.answered")[0]["response"] == {"text": "y", "scores": {"ok": given}}
    assert of_type(run, "item.scored") == []
    assert account.found["scores"] == len(account.notes()) == 1


def test_declared_rules_give_scores_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MATCH)
    _, run, account = walk(csv(tmp_path), tmp_path / "m.toml", MAP)
    scorers = [(each["name"], each["method"]) for each in run[0]["config"]["scorers"]]
    assert scorers == [("match", "exact_match"), ("ok", "external")]
    by_rule = [each["score"] for each in of_type(run, "item.scored") if each["scorer"] == 0]
    assert by_rule == [{"value": 1, "extracted": "paris"}, {"value": 0, "extracted": "cusco"}]
    assert account.compared == 0


@pytest.mark.parametrize(("flipped", "findings"), [("0", 0), ("1", 1)])
def test_scores_that_differ_from_their_rule_are_found(
    tmp_path: Path, flipped: str, findings: int
) -> None:
    (tmp_path / "m.toml").write_text(MATCH + 'column = "ok"\n')
    path = csv(tmp_path, CSV.replace("Cusco,0", f"Cusco,{flipped}"))
    _, _, account = walk(path, tmp_path / "m.toml", MAP)
    assert (account.compared, len(account.findings)) == (1, findings)


def test_columns_that_are_not_mapped_are_told_and_can_be_looked_through(tmp_path: Path) -> None:
    path = csv(tmp_path, "q,key\n?,sk-1\n!,\n")
    _, _, account = walk(path, "question=q")
    assert [note.first for note in account.notes()] == ["key"]
    with open_log(path, Declared(["question=q"])) as log:
        assert [*log.unread()] == [("answers.csv, line 2, key", b'"sk-1"')]


def test_without_a_column_of_results_there_is_a_dataset_alone(tmp_path: Path) -> None:
    with open_log(csv(tmp_path), Declared(["question=prompt,id=qid"])) as log:
        assert log.runs == 0


def test_the_mapping_is_part_of_the_original(tmp_path: Path) -> None:
    with open_log(csv(tmp_path), Declared([MAP])) as log:
        file, mapping = log.files
        assert (file.media_type, mapping.name) == ("text/csv", "mapping.json")
        told = json.loads(b"".join(log.asset(mapping.asset)))
    assert told["columns"]["response"] == "output"
    with open_log(csv(tmp_path), Declared([MAP, "response=gold"])) as log:
        assert log.files[1].asset != mapping.asset


def test_epochs_tell_rows_of_an_item_apart(tmp_path: Path) -> None:
    path = csv(tmp_path, "id,q,n,r\na,?,1,x\na,?,2,y\n")
    dataset, run, _ = walk(path, "id=id,question=q,epoch=n,response=r")
    assert len(dataset) == 2
    assert [(each["item"], each["epoch"]) for each in of_type(run, "item.answered")] == [
        (0, 1),
        (0, 2),
    ]
    told = refused(path, "id=id,question=q,response=r")
    assert told.startswith(
        "answers.csv, line 3: expected the only row of its item and epoch, found"
    )
    assert "in line 2. Map the column that tells them apart as epoch." in told


def test_rows_of_an_item_tell_the_same_of_it(tmp_path: Path) -> None:
    path = csv(tmp_path, "id,q,n,r\na,?,1,x\na,!,2,y\n")
    told = refused(path, "id=id,question=q,epoch=n,response=r")
    assert told.startswith("answers.csv, line 3: expected an item as in its other epochs")


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ("id=e,question=q", "answers.csv, line 2, e: expected an id"),
        ("question=q,epoch=q,response=q", "answers.csv, line 2, q: expected 1 to 10,000"),
        ("question=q,latency_ms=q,response=q", "answers.csv, line 2, q: expected a number from 0"),
        ("question=q,choices=q", "answers.csv, line 2, q: expected a list of texts"),
        ("question=none", "answers.csv: expected a column 'none', as the mapping says, found the"),
        ("id=q", "answers.csv: expected a column for the question, as question=COLUMN, found the"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, columns: str, place: str) -> None:
    assert refused(csv(tmp_path, "q,e\n?,\n"), columns).startswith(place)


def test_a_column_that_no_line_has_is_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"q": "?"}, {"q": "!", "r": "x"})
    assert len(walk(path, "question=q,response=r")[0]) == 3
    assert "expected a column 's'" in refused(path, "question=q,response=r,score=s")


@pytest.mark.parametrize("text", ["", "\n", "\ufeff"])
def test_an_empty_file_is_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile, match="a row that names the columns"):
        walk(csv(tmp_path, text))


def test_a_byte_order_mark_is_told(tmp_path: Path) -> None:
    _, _, account = walk(csv(tmp_path, "\ufeff" + CSV), MAP, provider="p", model="m")
    assert [note.what for note in account.notes()] == ["a byte order mark: left out"]


@pytest.mark.parametrize("text", [CSV, '{"a": 1, "b": 2}\n{"a": 3}\n', '{"a":1,"b":2}'])
def test_without_a_mapping_the_columns_are_told(tmp_path: Path, text: str) -> None:
    match = r"a mapping of its columns.* the columns '.*Say --map id=…"
    with pytest.raises(UnreadableFile, match=match), open_log(csv(tmp_path, text)):
        pass


@pytest.mark.parametrize("text", ["", "prose", "Well, it is\nprose.\n", "{}\n", "{\n", "[1, 2]"])
def test_what_is_no_table_is_of_another_kind(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile, match="none of these"), open_log(csv(tmp_path, text)):
        pass


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableFile, match="a folder or device"),
        open_log(tmp_path, Declared([MAP])),
    ):
        pass
