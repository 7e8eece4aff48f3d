"""Runs that came from other tools' files, as logs of Inspect, and these archived again."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Declared
from interface.bootstrap.archive import Archive
from tests import helm_runs, lm_eval_files, native_exports, promptfoo_results
from tests.application.conftest import Archives
from tests.eval_files import archived, exported, faults, has_schema, member, samples

COLUMNS = Declared(("id=id,question=q,answer=a,response=r,score=ok,error=err",))
CSV = "id,q,a,r,ok,err\nq1,France?,Paris,Paris,1,\nq2,Peru?,Lima,Cusco,0,\nq3,Chad?,,,,late\n"


def lm_eval(folder: Path) -> Path:
    generated, chosen = lm_eval_files.generated, lm_eval_files.chosen
    tasks = {"sums": [generated(1), generated(2, 0)], "even": [chosen(1)]}
    return lm_eval_files.evaluation(folder, tasks)


def promptfoo(folder: Path) -> Path:
    results = promptfoo_results.results(
        [*promptfoo_results.rows()[:3], promptfoo_results.failed(1, 1)]
    )
    return promptfoo_results.written(folder / "a.json", results)


def native(folder: Path) -> Path:
    item, result = native_exports.item, native_exports.result
    return native_exports.server_export(folder, [item(0), item(1)], [result(0), result(1)])


def plain(folder: Path) -> Path:
    (folder / "a.csv").write_text(CSV)
    return folder / "a.csv"


Source = tuple[Callable[[Path], Path], Declared | None]
SOURCES: dict[str, Source] = {
    "lm-eval": (lm_eval, None),
    "helm": (helm_runs.run, None),
    "promptfoo": (promptfoo, None),
    "eval_752": (native, None),
    "plain": (plain, COLUMNS),
}


@pytest.fixture(name="logs", params=SOURCES)
def logs_of_a_source(request: pytest.FixtureRequest, archive: Archive, tmp_path: Path) -> Any:
    """The logs of all runs of a file, and what the archive counted of it."""
    write, declared = SOURCES[request.param]
    (tmp_path / "source").mkdir()
    report = archived(archive, write(tmp_path / "source"), declared)
    paths = [
        exported(archive, tmp_path / f"{number}.eval", run)
        for number, run in enumerate(report.runs)
    ]
    return paths, {count.kind: count.archived for count in report.counts}


def test_they_are_as_inspects_schema_has_them(logs: Any) -> None:
    if not has_schema():
        pytest.skip("Inspect AI, which has the schema, is not installed")
    for path in logs[0]:
        assert faults(path) == []


def test_archived_again_they_count_as_much_and_nothing_contradicts_it(
    logs: Any, archives: Archives
) -> None:
    paths, counts = logs
    again: Counter[str] = Counter()
    for number, path in enumerate(paths):
        report = archived(archives(f"archive-{number}"), path)
        assert report.findings == []
        again += Counter({count.kind: count.archived for count in report.counts})
    again["items"] //= len(paths)
    assert again == counts


def test_whose_results_they_are_stays_in_their_metadata(logs: Any) -> None:
    for path in logs[0]:
        told = member(path, "header.json")["metadata"]["eval752"]
        assert told["archived_from"].endswith("-1")
        assert (
            f"{told['config']['provider']}/{told['config']['model']}"
            == (member(path, "header.json")["eval"]["model"])
        )


def test_no_text_of_question_request_or_response_is_lost(archive: Archive, tmp_path: Path) -> None:
    report = archived(archive, lm_eval(tmp_path))
    told = samples(exported(archive, tmp_path / "a.eval", report.runs[0]))
    generated, chosen = told["sums/1", 1], told["even/1", 1]
    assert "What is 1 + 1?" in generated["input"]
    assert "Q: What is 1 + 1?" in generated["messages"][0]["content"]
    assert generated["output"]["completion"] == "It is 2."
    assert "-0.5" in chosen["output"]["completion"]
    assert generated["metadata"]["section"] == "sums"
    assert generated.get("completed_at") is None
