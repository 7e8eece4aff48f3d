"""Result files as promptfoo writes them, made for the tests: two providers, one prompt, tests.

Not here: any assertion, and files that no version writes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Members = dict[str, Any]

PROVIDERS = ("openai:gpt-4o-mini", "echo")
TEMPLATE = "Capital of {{country}}?"
TESTS: Sequence[Members] = (
    {"vars": {"country": "France"}, "assert": [{"type": "contains", "value": "Paris"}]},
    {
        "vars": {"country": "Peru"},
        "assert": [
            {"type": "contains", "value": "Lima"},
            {"type": "contains", "value": "."},
            {"type": "llm-rubric", "value": "is short"},
        ],
        "description": "a capital by the sea",
    },
)


def component(assertion: Members, passes: bool) -> Members:
    """What an assertion came to."""
    reason = "Assertion passed" if passes else "Expected output to be otherwise"
    return {"pass": passes, "score": int(passes), "reason": reason, "assertion": assertion}


def row(column: int, test: int, output: Any = "Paris.", **more: Any) -> Members:
    """A row of version 3: it passes if all of its assertions do."""
    case = {**TESTS[test], "options": {}, "metadata": {}}
    components = [component(each, each["value"] in (output or "")) for each in case["assert"]]
    score = sum(each["score"] for each in components) / len(components)
    passes = all(each["pass"] for each in components)
    reason = "All assertions passed" if passes else "Expected output to be otherwise"
    grading = {"pass": passes, "score": score, "reason": reason, "componentResults": components}
    return {
        "id": f"0000-{column}-{test}",
        "promptIdx": column,
        "testIdx": test,
        "promptId": "cd59",
        "provider": {"id": PROVIDERS[column], "label": ""},
        "prompt": {"raw": f"Capital of {case['vars']['country']}?", "label": TEMPLATE},
        "vars": case["vars"],
        "testCase": case,
        "response": {
            "output": output,
            "tokenUsage": {"total": 7, "prompt": 5, "completion": 2},
            "cached": False,
        },
        "success": passes,
        "score": score,
        "namedScores": {},
        "latencyMs": 10 + column + test,
        "cost": 0.1,
        "gradingResult": grading,
        "failureReason": int(not passes),
        **({} if passes else {"error": reason}),
        **more,
    }


def failed(column: int, test: int, message: str = "API error: 500") -> Members:
    """A row whose provider threw."""
    given = row(column, test)
    del given["response"]
    return {
        **given,
        "success": False,
        "score": 0,
        "gradingResult": None,
        "error": message,
        "failureReason": 2,
    }


def rows() -> list[Members]:
    """All cells, not in the order of the table."""
    return [row(1, 0), row(0, 1, "Lima, is short."), row(0, 0), row(1, 1, "Cusco")]


def metrics(of: Sequence[Members]) -> Members:
    """What promptfoo sums up of the rows of a prompt."""
    graded = [each["gradingResult"] for each in of if each["gradingResult"]]
    components = [each for grading in graded for each in grading["componentResults"]]
    return {
        "score": sum(each["score"] for each in of),
        "testPassCount": sum(each["success"] for each in of),
        "testFailCount": sum(each["failureReason"] == 1 for each in of),
        "testErrorCount": sum(each["failureReason"] == 2 for each in of),
        "assertPassCount": sum(each["pass"] for each in components),
        "assertFailCount": sum(not each["pass"] for each in components),
        "totalLatencyMs": sum(each["latencyMs"] for each in of),
        "namedScores": {},
        "cost": sum(each["cost"] for each in of),
    }


def results(of: Sequence[Members], **config: Any) -> Members:
    """A result file of version 3."""
    prompts = [
        {
            "raw": TEMPLATE,
            "label": TEMPLATE,
            "id": "cd59",
            "provider": provider,
            "metrics": metrics([each for each in of if each["promptIdx"] == column]),
        }
        for column, provider in enumerate(PROVIDERS)
    ]
    stats = {
        "successes": sum(each["success"] for each in of),
        "failures": sum(each["failureReason"] == 1 for each in of),
        "errors": sum(each["failureReason"] == 2 for each in of),
        "tokenUsage": {"total": sum(7 for each in of if "response" in each)},
    }
    return {
        "evalId": "eval-1",
        "results": {
            "version": 3,
            "timestamp": "2025-10-01T20:08:11.168Z",
            "prompts": prompts,
            "results": list(of),
            "stats": stats,
        },
        "config": {
            "description": "capitals",
            "providers": [{"id": PROVIDERS[0], "config": {"temperature": 0}}, "echo"],
            "tests": [*TESTS],
            "defaultTest": {"options": {}},
            **config,
        },
        "shareableUrl": None,
        "metadata": {"promptfooVersion": "0.121.20", "platform": "linux"},
    }


def written(path: Path, document: Any) -> Path:
    """The document as a file, as promptfoo lays it out."""
    path.write_text(json.dumps(document, indent=2))
    return path


def in_lines(path: Path, of: Sequence[Members]) -> Path:
    """The rows as a file of lines."""
    path.write_text("".join(f"{json.dumps(each)}\n" for each in of))
    return path
