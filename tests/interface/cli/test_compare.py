"""``eval752 compare``, in a folder and through a service."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from interface.bootstrap.opening import open_archive
from tests.archives import DATASET, Members, record, record_dataset
from tests.compared_runs import once, record_scores
from tests.interface.cli.running import RUN, RUN_ID, Remote, eval752, lines

pytest.importorskip("scipy", reason="SciPy has no wheel here")
FIRST: Sequence[float | None] = [1, 1, 0, 0, 0, 1, 0, 0]
SECOND: Sequence[float | None] = [1, 0, 1, 1, 1, 1, 0, None]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Sequence[object]:
    """The arguments that name two runs in a folder."""
    data = tmp_path_factory.mktemp("compared")
    with open_archive(data, writable=True) as archive:
        record_dataset(archive, 8)
        runs = [
            record_scores(archive, number, once(*scores), model=f"m-{number}")
            for number, scores in ((1, FIRST), (2, SECOND), (3, FIRST))
        ]
    return [*runs, "--data", data]


def two(compared: Sequence[object]) -> list[object]:
    return [*compared[:2], *compared[3:]]


def test_the_first_line_says_it_all(compared: Sequence[object]) -> None:
    said = eval752("compare", *two(compared))
    assert said.code == 0, said
    assert " ".join(said.out.split()).startswith(
        "B scores 28.6 points higher than A on 7 paired items (95 % CI -28.1 to 69.2);"
        " 3 items flipped to right, 1 to wrong; p = 0.62 (exact McNemar)."
        " Chance alone may explain the difference."
    )
    for line in (
        "  paired            7 items, 7 results; matched by index",
        "  means             A 0.4286, B 0.7143, difference 28.6 points",
        "  test              p = 0.62 (exact McNemar)",
        "  flips             3 to right, 1 to wrong; 2 right in both, 1 wrong in both",
        "  not paired of A   none",
        "  not paired of B   1 without a score",
        "BEFORE YOU RELY ON IT",
    ):
        assert line in said.out.splitlines()


def test_flips_are_listed_with_item_section_and_both_scores(compared: Sequence[object]) -> None:
    said = eval752("compare", *two(compared), "--flips", "right", "--limit", "2")
    told = said.out.splitlines()
    at = told.index("FLIPS FROM A TO B")
    assert [line.split() for line in told[at + 1 :]] == [
        ["item", "id", "epoch", "section", "A", "B"],
        ["2", "q-2", "1", "section", "0", "0", "1"],
        ["3", "q-3", "1", "section", "1", "0", "1"],
        ["…", "and", "1", "more;", "--limit", "0", "shows", "all"],
    ]
    wrong = eval752("compare", *two(compared), "--flips", "wrong", "--json").document["flips"]
    assert [(flip["outside"], flip["first"], flip["second"]) for flip in wrong["B"]] == [
        ("q-1", 1, 0)
    ]
    every = eval752("compare", *two(compared), "--flips", "all", "--limit", "0", "--json").document
    assert len(every["flips"]["B"]) == 4
    none = eval752("compare", compared[0], *compared[2:], "--flips", "all")
    assert none.out.splitlines()[-1] == "none"


def test_json_has_everything(compared: Sequence[object]) -> None:
    document = eval752("compare", *compared, "--json").document
    assert [run["model"] for run in document["runs"]] == ["m-1", "m-2", "m-3"]
    assert document["runs"][0]["dataset"]["stream"] == DATASET
    first, second = document["against"]
    assert first["paired"]["left_out_second"]["unscored"] == 1
    assert first["estimate"]["interval"] == "Tango score"
    assert (first["p_holm"], second["p_holm"]) == (1.0, 1.0)
    assert "flips" not in document


def test_other_scores_are_told_as_means_with_corrected_tests(tmp_path: Path) -> None:
    with open_archive(tmp_path, writable=True) as archive:
        record_dataset(archive, 4)
        runs = [
            record_scores(archive, 1, once(0.5, 0.25, 0.5, 0.75)),
            record_scores(archive, 2, once(0.75, 0.5, 1, 1)),
            record_scores(archive, 3, once(0.75, 0.5, 0.75, 1)),
        ]
    told = eval752("compare", *runs, "--data", tmp_path).out.splitlines()
    for line in (
        "  means             A 0.5, B 0.8125, difference 0.312",
        "  test              p = 0.12 (sign-flip permutation); by Holm p = 0.25",
        "  scores            4 higher, 0 lower; 0 the same in both",
        "  95 % interval     none: the differences do not vary",
    ):
        assert line in told
    assert any("BCa bootstrap of 9,999 resamples" in line for line in told)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--flips", "up"), "--flips: expected one of right, wrong, all, found 'up'"),
        (("--limit", "-1"), "--limit: expected a whole number from 0 to 999999999999999, found"),
        (("--limit", "9" * 20), "--limit: expected a whole number from 0 to 999999999999999"),
        (("--scorer", ""), "--scorer: expected the name of a scorer, found an empty text"),
        (("--scorer", "x"), "expected a scorer 'x', found 'judge'"),
        (("--scorer", "x"), "Name one that all runs have, by --scorer."),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_way_on(
    compared: Sequence[object], options: Sequence[str], message: str
) -> None:
    said = eval752("compare", *two(compared), *options)
    assert (said.code, said.out) == (2, "")
    assert message in said.err


def test_without_scipy_it_says_how_to_get_it(
    compared: Sequence[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    said = eval752("compare", *two(compared))
    assert said.code == 2
    assert "Install the extra compare where the archive is" in said.err


@pytest.fixture(scope="module")
def two_runs(remote: Remote) -> list[str]:
    """The run of the service's archive, and one more on its dataset."""
    [run] = remote("runs", "--json").document
    dataset = run["dataset"]["stream"].removeprefix("dataset/")
    registered = {**RUN[0], "id": f"{RUN_ID[:-1]}2", "dataset": dataset}
    said = remote("record", stdin=lines([registered, *RUN[1:]]))
    assert said.code == 0, said
    return [row["key"]["stream"] for row in remote("runs", "--json").document]


@pytest.mark.parametrize(
    "options", [(), ("--json",), ("--flips", "all"), ("--flips", "wrong", "--json", "--by-id")]
)
def test_a_service_says_the_same(
    remote: Remote, two_runs: Sequence[str], options: Sequence[str]
) -> None:
    through = remote("compare", *two_runs, *options)
    local = eval752("compare", *two_runs, *options, "--data", remote.service.archive.folder)
    assert (through.code, through.out) == (local.code, local.out)
    assert through.code == 0, through


def test_a_service_refuses_the_same(remote: Remote, two_runs: Sequence[str]) -> None:
    run, other = two_runs
    for more in ((), (run,), (other, "--scorer", "x"), (other, "--scorer", "")):
        arguments = ("compare", run, *more)
        through = remote(*arguments)
        assert (through.code, through.out) == (2, "")
        assert "expected" in through.err
    named = remote("compare", run, other, "--scorer", "x").err
    assert "Name one that all runs have, by --scorer." in named
    assert "parameter" not in named


def test_runs_of_two_log_files_are_compared_by_id_and_said_to_be_second_hand(
    tmp_path: Path,
) -> None:
    mapping = ("--map", "id=qid,question=prompt,answer=gold,response=output,score=correct")
    for model, scores in (("m-1", (1, 0, 0)), ("m-2", (1, 1, 0))):
        rows = (f"q-{n},{n}?,{n},{n},{score}\n" for n, score in enumerate(scores))
        file = tmp_path / f"{model}.csv"
        file.write_text(f"qid,prompt,gold,output,correct\n{''.join(rows)}")
        said = eval752("archive", file, *mapping, "--model", model, "--data", tmp_path / "a")
        assert said.code == 0, said
    runs = [
        row["key"]["stream"] for row in eval752("runs", "--json", "--data", tmp_path / "a").document
    ]
    refused = eval752("compare", *runs, "--data", tmp_path / "a")
    assert refused.code == 2
    assert "--by-id" in refused.err
    assert "by_id" not in refused.err
    told = eval752("compare", *runs, "--by-id", "--flips", "wrong", "--data", tmp_path / "a").out
    assert told.startswith("B scores 33.3 points lower than A on 3 paired items")
    for words in ("matched by outside id", "second-hand", "are on different datasets", "q-1"):
        assert words in told


def test_a_revised_score_is_marked_among_the_flips(tmp_path: Path) -> None:
    with open_archive(tmp_path, writable=True) as archive:
        record_dataset(archive, 3)
        runs = [record_scores(archive, number, once(1, 0, 0)) for number in (1, 2)]
        place: Members = {"type": "score.revised", "item": 1, "epoch": 1, "scorer": "judge"}
        record(archive, runs[1], {**place, "score": {"value": 0.5}})
    said = eval752("compare", *runs, "--flips", "all", "--data", tmp_path)
    assert said.out.splitlines()[-1].split()[-3:] == ["0", "0.5", "revised"]
