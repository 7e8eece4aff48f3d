"""The tables: one set for each generation, in statements with a ``$`` at the end of each name.

Streams go by number. What an event says has that event's ``version``; of a result, ``planned``,
``begun`` and ``ended`` are versions too. A score stands from its version to ``until``; a
``revised`` one took the place of another. Of a run as a whole are the annotations without an item,
and that it is superseded.

Not here: what is written and asked.
"""

from typing import Final

SCHEMA: Final = 8
"""Raised with every change below; another one than this is built anew."""

GENERATIONS: Final = """CREATE TABLE IF NOT EXISTS generations (
    generation INTEGER PRIMARY KEY AUTOINCREMENT, schema INTEGER NOT NULL,
    position INTEGER NOT NULL, current INTEGER NOT NULL
)"""

_SCRIPT: Final = """
CREATE TABLE streams$ (
    number INTEGER PRIMARY KEY, origin TEXT NOT NULL, stream TEXT NOT NULL,
    version INTEGER NOT NULL, project TEXT NOT NULL DEFAULT 'main',
    owner TEXT NOT NULL DEFAULT '', UNIQUE (stream, origin)
);
CREATE INDEX streams_by_project$ ON streams$ (project, stream, origin);
CREATE INDEX streams_by_owner$ ON streams$ (owner, stream, origin);
CREATE TABLE milestones$ (
    stream INTEGER, version INTEGER, type TEXT NOT NULL, at TEXT NOT NULL, occurred TEXT,
    PRIMARY KEY (stream, version)
) WITHOUT ROWID;
CREATE TABLE left_out$ (
    stream INTEGER, target INTEGER, kind TEXT, version INTEGER NOT NULL, held INTEGER NOT NULL,
    PRIMARY KEY (stream, target, kind)
) WITHOUT ROWID;

CREATE TABLE datasets$ (
    dataset INTEGER PRIMARY KEY, name TEXT, held INTEGER NOT NULL,
    project TEXT NOT NULL, owner TEXT NOT NULL
);
CREATE INDEX datasets_by_project$ ON datasets$ (project);
CREATE INDEX datasets_by_owner$ ON datasets$ (owner);
CREATE TABLE sections$ (
    dataset INTEGER, section INTEGER, items INTEGER NOT NULL, PRIMARY KEY (dataset, section)
) WITHOUT ROWID;
CREATE TABLE items$ (
    dataset INTEGER, item INTEGER, version INTEGER NOT NULL, section INTEGER NOT NULL,
    outside TEXT, section_name TEXT, held INTEGER NOT NULL, PRIMARY KEY (dataset, item)
) WITHOUT ROWID;
CREATE UNIQUE INDEX items_by_version$ ON items$ (dataset, version);
CREATE INDEX items_with_name$ ON items$ (dataset, section, item) WHERE section_name IS NOT NULL;
CREATE TABLE texts$ (
    dataset INTEGER, chunk INTEGER, text TEXT, PRIMARY KEY (dataset, chunk)
) WITHOUT ROWID;

CREATE TABLE runs$ (
    run INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, provider TEXT, model TEXT,
    held INTEGER NOT NULL, items INTEGER NOT NULL, scorers INTEGER NOT NULL,
    trial INTEGER NOT NULL, same_config INTEGER NOT NULL, superseded_by TEXT,
    project TEXT NOT NULL, owner TEXT NOT NULL, status TEXT, planned INTEGER, open INTEGER,
    answered INTEGER, failed INTEGER, attempts_failed INTEGER, mean REAL
);
CREATE INDEX runs_by_dataset$ ON runs$ (dataset);
CREATE INDEX runs_by_mean$ ON runs$ (mean);
CREATE INDEX runs_by_failed$ ON runs$ (failed);
CREATE INDEX runs_by_project$ ON runs$ (project);
CREATE INDEX runs_by_project_mean$ ON runs$ (project, mean);
CREATE INDEX runs_by_project_failed$ ON runs$ (project, failed);
CREATE INDEX runs_by_owner$ ON runs$ (owner);
CREATE INDEX runs_by_owner_mean$ ON runs$ (owner, mean);
CREATE INDEX runs_by_owner_failed$ ON runs$ (owner, failed);
CREATE TABLE plans$ (
    run INTEGER, first INTEGER, last INTEGER NOT NULL, epochs INTEGER NOT NULL,
    version INTEGER NOT NULL, PRIMARY KEY (run, first)
) WITHOUT ROWID;
CREATE TABLE planned$ (
    run INTEGER, version INTEGER, section INTEGER, results INTEGER NOT NULL,
    PRIMARY KEY (run, version, section)
) WITHOUT ROWID;
CREATE TABLE results$ (
    run INTEGER, item INTEGER, epoch INTEGER, section INTEGER, planned INTEGER, begun INTEGER,
    attempts INTEGER NOT NULL, outcome INTEGER NOT NULL, ended INTEGER,
    PRIMARY KEY (run, item, epoch)
) WITHOUT ROWID;
CREATE INDEX results_by_outcome$ ON results$ (run, outcome, item, epoch);
CREATE INDEX results_by_section$ ON results$ (run, section, item, epoch);
CREATE TABLE attempts$ (
    run INTEGER, version INTEGER, item INTEGER NOT NULL, epoch INTEGER NOT NULL, attempt INTEGER,
    outcome INTEGER NOT NULL, latency_ms INTEGER, tokens_in INTEGER, tokens_out INTEGER,
    PRIMARY KEY (run, version)
) WITHOUT ROWID;
CREATE INDEX attempts_by_item$ ON attempts$ (run, item, epoch);
CREATE TABLE scores$ (
    run INTEGER, version INTEGER, item INTEGER NOT NULL, epoch INTEGER NOT NULL,
    scorer INTEGER NOT NULL, value, held INTEGER NOT NULL, until INTEGER,
    revised INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, version)
) WITHOUT ROWID;
CREATE INDEX scores_by_item$ ON scores$ (run, item, epoch);
CREATE INDEX scores_by_end$ ON scores$ (run, until) WHERE until IS NOT NULL;
CREATE TABLE ranks$ (
    run INTEGER, measure INTEGER, missing INTEGER, value, item INTEGER, epoch INTEGER,
    section INTEGER, PRIMARY KEY (run, measure, missing, value, item, epoch)
) WITHOUT ROWID;
CREATE TABLE failures$ (
    run INTEGER, version INTEGER, item INTEGER NOT NULL, epoch INTEGER NOT NULL, kind TEXT,
    held INTEGER NOT NULL, PRIMARY KEY (run, version)
) WITHOUT ROWID;
CREATE INDEX failures_by_kind$ ON failures$ (run, kind, item, epoch);
CREATE TABLE annotations$ (
    run INTEGER, version INTEGER, item INTEGER, epoch INTEGER, PRIMARY KEY (run, version)
) WITHOUT ROWID;
CREATE INDEX annotations_by_item$ ON annotations$ (run, item) WHERE item IS NOT NULL;
CREATE INDEX annotations_of_runs$ ON annotations$ (run, version) WHERE item IS NULL;
CREATE TABLE spans$ (
    run INTEGER, first INTEGER, last INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
    began TEXT NOT NULL, ended TEXT NOT NULL, counts TEXT NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (run, first)
) WITHOUT ROWID;
CREATE INDEX spans_by_kind$ ON spans$ (run, kind, first);
CREATE TABLE blocks$ (
    run INTEGER, level INTEGER, number INTEGER, section INTEGER, opened INTEGER NOT NULL,
    answered INTEGER NOT NULL, failed INTEGER NOT NULL, attempts_failed INTEGER NOT NULL,
    tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, stating_in INTEGER NOT NULL,
    stating_out INTEGER NOT NULL, scores TEXT NOT NULL, latencies BLOB NOT NULL,
    PRIMARY KEY (run, level, number, section)
) WITHOUT ROWID;
"""

CREATE: Final = tuple(part.strip() for part in _SCRIPT.split(";") if part.strip())

TABLES: Final = {
    "streams": "number", "milestones": "stream", "left_out": "stream",
    "datasets": "dataset", "sections": "dataset", "items": "dataset", "texts": "dataset",
    "runs": "run", "plans": "run", "planned": "run", "results": "run", "attempts": "run",
    "scores": "run", "ranks": "run", "annotations": "run", "spans": "run",
    "blocks": "run", "failures": "run",
}  # fmt: skip
"""Each with the column that holds the number of the stream that its rows are of."""
