"""One source of every kind that is archived, made for the tests: a file, or a folder of some.

Not here: any assertion, and what each kind may hold.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests import helm_runs, inspect_logs, lm_eval_files, native_exports, promptfoo_results


def native(folder: Path) -> Path:
    items = [native_exports.item(0), native_exports.item(1)]
    results = [native_exports.result(0), native_exports.result(1, score=0)]
    members = native_exports.members_of(items, results)
    return native_exports.write_zip(folder / "run.eval752.zip", members)


def inspect_eval(folder: Path) -> Path:
    samples = [inspect_logs.sample(1), inspect_logs.sample(2, value="I")]
    return inspect_logs.write_eval_log(folder / "log.eval", inspect_logs.log(samples, 0.5))


def inspect_json(folder: Path) -> Path:
    told = inspect_logs.log([inspect_logs.sample(1), inspect_logs.sample(2)], 0.5)
    return inspect_logs.write_json_log(folder / "log.json", told)


def lm_eval(folder: Path) -> Path:
    """A folder with an evaluation of two tasks, and what does not belong to it."""
    tasks = {
        "one": [lm_eval_files.chosen(n, n % 2) for n in range(5)],
        "two": [lm_eval_files.chosen(n) for n in range(3)],
    }
    results = lm_eval_files.evaluation(folder / "scores", tasks, {"both": ["one", "two"]})
    lm_eval_files.write_samples(results.parent, "three", [lm_eval_files.chosen(0)])
    (results.parent / "notes.txt").write_text("of nobody else's business")
    return results.parent


def lm_eval_results(folder: Path) -> Path:
    return lm_eval(folder) / lm_eval_files.RESULTS


def helm(folder: Path) -> Path:
    """A folder with a run, and what does not belong to it."""
    run = helm_runs.run(folder / "sums:model=m", [1, 0])
    (run / "instances.json").write_text("[]")
    (run / ".git").mkdir()
    return run


def helm_spec(folder: Path) -> Path:
    return helm(folder) / "run_spec.json"


def promptfoo(folder: Path) -> Path:
    rows = promptfoo_results.rows()
    return promptfoo_results.written(folder / "output.json", promptfoo_results.results(rows))


SOURCES: Mapping[str, Callable[[Path], Path]] = {
    made.__name__: made
    for made in (
        *(native, inspect_eval, inspect_json, promptfoo),
        *(lm_eval, lm_eval_results, helm, helm_spec),
    )
}
