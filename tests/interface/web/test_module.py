"""The JavaScript modules as a whole: they need nothing, and can stand in one script."""

import json
import re
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from domain.bundle import layout
from domain.errors import UnreadableFile
from domain.evaluation import events
from domain.verification.checks import Check
from domain.verification.policy import Policy
from interface.hidden_characters import is_hidden
from interface.report_text import NO_DIGEST, problem_document
from interface.verifying import verify_file
from interface.web.verify_html import script as script_of
from tests.interface.web.conftest import WEB, node

MODULES = sorted(WEB.glob("*.mjs"))
ENTRY, COMMAND = WEB / "verifier.mjs", WEB / "verify_cli.mjs"
CONFORMANCE = Path(__file__).parents[2] / "conformance"
GOOD = CONFORMANCE / "valid" / "run-with-everything.eval752.zip"
BAD = CONFORMANCE / "invalid" / "parts" / "part-altered.eval752.zip"
TEXT = CONFORMANCE / "invalid" / "container" / "not-a-zip.eval752.zip"
CUT = CONFORMANCE / "invalid" / "container" / "crc-wrong.eval752.zip"

IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
TOP_LEVEL = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|class|const) (\w+)|^(?:export )?const \[([^\]]+)\]",
    re.MULTILINE,
)


def imported(module: Path) -> list[str]:
    return IMPORT.findall(module.read_text())


def test_no_module_needs_anything_but_its_neighbours() -> None:
    for module in MODULES:
        names = set(imported(module))
        allowed = {"node:fs/promises", "node:util"} if module == COMMAND else set()
        assert names - allowed <= {f"./{each.name}" for each in MODULES}, module.name
        text = module.read_text()
        assert len(names) == len(re.findall(r"^import ", text, re.MULTILINE)), module.name
        assert not re.search(r"\brequire\(|\bimport\(\"(?!\./)|\beval\(|crypto\.subtle\.", text)


def test_no_top_level_name_stands_twice_so_that_they_can_stand_in_one_script() -> None:
    named: Counter[str] = Counter()
    for module in MODULES:
        for single, several in TOP_LEVEL.findall(module.read_text()):
            named.update(re.findall(r"\w+", single or several))
    assert [name for name, count in named.items() if count > 1] == []


def test_as_one_script_they_verify_as_well(tmp_path: Path) -> None:
    asked = (
        'const { readFileSync } = require("node:fs");\n'
        "verify(new Uint8Array(readFileSync(process.argv[2]))).then((report) =>\n"
        "  console.log(JSON.stringify(report)));\n"
    )
    script = tmp_path / "page.cjs"
    script.write_text(f"{script_of(ENTRY.name)}\n{asked}")
    done = subprocess.run([node(), script, GOOD], capture_output=True, check=True)
    assert json.loads(done.stdout)["none_failed"]


def test_functions_are_short() -> None:
    """Nearly all below 30 lines."""
    start = re.compile(
        r"^( *)(?:export )?(?:async )?(?:function\*? |\*?#?\w+\([^=;]*\) \{$|async \*?#?\w+\()"
    )
    long = []
    for module in MODULES:
        lines = module.read_text().splitlines()
        for at, line in enumerate(lines):
            if found := start.match(line):
                end = next((n for n, other in enumerate(lines[at:]) if other == found[1] + "}"), 0)
                if end >= 30:
                    long.append((module.name, line.strip(), end + 1))
    assert [name for name, _, _ in long] == ["sha2.mjs"], long


def test_checks_members_and_types_are_those_of_python() -> None:
    labels = re.search(r"const LABELS = \[(.*?)\]", (WEB / "report.mjs").read_text(), re.DOTALL)
    assert labels
    assert re.findall(r'"(\w+)"', labels[1]) == [check.label for check in Check]
    named = dict(re.findall(r'const (\w+) = "([^"]+)";', (WEB / "layout.mjs").read_text()))
    expected = {*layout.ORDER, layout.PROOF} - {*layout.TIMESTAMPS}  # which it counts
    assert {name for name in named.values() if len(name) < 64} == expected
    rows = re.findall(
        r"^([a-z.]+\w+) +\| (.*)$", (WEB / "event_types.mjs").read_text(), re.MULTILINE
    )
    assert {name for name, _ in rows} == events.TYPES.keys()
    for name, row in rows:
        streams, facts, parts = (set(cell.split()) for cell in row.split("|"))
        spec = events.TYPES[name]
        assert streams == spec.streams
        assert {each.removesuffix("?") for each in facts} == spec.facts.keys()
        assert {each for each in facts if not each.endswith("?")} == spec.required_facts
        assert {each.removesuffix("?") for each in parts} == spec.parts
        assert {each for each in parts if not each.endswith("?")} == spec.required_parts


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [node(), COMMAND, *arguments], capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_tells_what_each_check_came_to() -> None:
    code, out, err = run(GOOD)
    assert (code, err) == (0, "")
    assert "NO CHECK FAILED" in out
    assert "; not: " in out
    assert "a score that was changed before" in out.lower()
    assert re.search(r"^ +6 tree +passed +roots: dataset [0-9a-f]{16}…, run ", out, re.MULTILINE)


def test_the_command_tells_no_digest_of_another_content() -> None:
    assert f"bundle digest {NO_DIGEST}\n" in run(CUT)[1]
    assert re.search(r"bundle digest [0-9a-f]{64}\n", run(GOOD)[1])


def test_the_command_ends_with_what_it_came_to() -> None:
    code, out, _ = run(GOOD, BAD)
    assert code == 1
    assert "NOT VERIFIED" in out
    assert re.search(r"^ +7 parts +FAILED ", out, re.MULTILINE)
    code, out, _ = run("--json", BAD, TEXT, TEXT.with_name("none"))
    assert code == 2
    documents = json.loads(out)
    assert [document.get("none_failed") for document in documents] == [False, None, None]
    assert documents[1]["error"] == {
        "kind": "UnreadableFile",
        "place": str(TEXT),
        "expected": "a bundle",
        "found": "no ZIP file",
    }


def test_characters_that_nobody_sees_never_reach_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b\u202e\u3164\u2800\u034f"
    (file := tmp_path / f"{evil}.zip").write_bytes(GOOD.read_bytes())
    (policy := tmp_path / "p.json").write_text(f'{{"{evil[1:]}":[]}}')
    for arguments in ((file, BAD), ("--json", file), ("--policy", policy, file), (f"--{evil}",)):
        code, out, err = run(*arguments)
        assert not any(char != "\n" and is_hidden(char) for char in out + err)
        assert r"\u202e\u3164\u2800\u034f" in out + err, code


def test_the_command_calls_what_cannot_be_read_as_python_does(tmp_path: Path) -> None:
    files = (TEXT, tmp_path / "none", tmp_path)
    told = [document["error"] for document in json.loads(run("--json", *files)[1])]
    for file, ours in zip(files, told, strict=True):
        with pytest.raises(UnreadableFile) as caught:
            verify_file(file, Policy())
        theirs = problem_document(str(file), caught.value)["error"]
        assert isinstance(theirs, dict)
        assert (ours["kind"], ours["place"]) == (theirs["kind"], theirs["place"])


def test_the_command_takes_a_policy() -> None:
    code, out, _ = run("--require", "signature", "--expect-digest", "0" * 64, GOOD)
    assert code == 1
    assert re.search(r"^ +2 digests +FAILED ", out, re.MULTILINE)
    assert re.search(r"^ +18 policy +FAILED ", out, re.MULTILINE)


def test_the_command_takes_a_policy_file_in_json(tmp_path: Path) -> None:
    policy = tmp_path / "p.json"
    policy.write_text('{"require":["time"]}')
    code, out, _ = run("--policy", policy, GOOD)
    assert code == 1
    assert re.search(r"^ +18 policy +FAILED ", out, re.MULTILINE)
    for text in ('{"require":["time"],"require":[]}', '{"want":[]}', "require = []"):
        policy.write_text(text)
        code, out, err = run("--policy", policy, GOOD)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
    code, _, err = run("--policy", tmp_path / "none.json", GOOD)
    assert (code, err.startswith(f"error: {tmp_path / 'none.json'}: ")) == (2, True)


@pytest.mark.parametrize("option", ["--expect-digest", "--policy", "--key", "--require"])
def test_the_command_refuses_an_empty_demand(option: str) -> None:
    code, out, err = run(option, "", GOOD)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")


@pytest.mark.parametrize("arguments", [[], ["--unknown", "x"], ["--expect-digest", "x", "y"]])
def test_the_command_refuses_bad_usage(arguments: list[str]) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert err or arguments


def test_a_wheel_has_the_modules_in_it(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415 - used once

    (built,) = WheelBuilder(str(WEB.parents[1])).build(
        directory=str(tmp_path), versions=["standard"]
    )
    with zipfile.ZipFile(built) as wheel:
        page = [WEB / "verify_page.html", WEB / "verify_page.css"]
        assert {f"interface/web/{each.name}" for each in [*MODULES, *page]} <= set(wheel.namelist())
