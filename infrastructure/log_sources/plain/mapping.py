"""The mapping of a plain file: which column is what, from a small TOML file or from options.

Not here: whether the file has such columns, and what its rows hold.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from application.log_source import Declared
from domain.canonical import Json
from domain.errors import InvalidInput, UnreadableFile, shown
from domain.evaluation.scoring import check_scorer, is_recomputable

SINGLE: Final = (
    *("id", "question", "answer", "section", "type", "response", "error", "epoch", "request"),
    *("latency_ms", "latency_s", "tokens_in", "tokens_out", "time"),
)
SEVERAL: Final = ("choices", "score", "meta")
_TOP: Final = ("provider", "model", "dataset", "delimiter")
_SCORER: Final = frozenset({"name", "method", "parameters", "column"})
_MAX_BYTES: Final = 2**20


class Rule(NamedTuple):
    """A scorer that follows by rule; ``column`` holds what the file says it gives."""

    name: str
    method: str
    parameters: dict[str, Json]
    column: str = ""


@dataclass(slots=True)
class Columns:
    """Which column is what, and what is said of all rows."""

    single: dict[str, str] = field(default_factory=dict[str, str])
    several: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    told: dict[str, str] = field(default_factory=dict[str, str])
    rules: list[Rule] = field(default_factory=list[Rule])

    def names(self) -> Sequence[str]:
        """All columns that are named, each once."""
        several = chain.from_iterable(self.several.values())
        return [*dict.fromkeys([*self.single.values(), *several, *self.scores()])]

    def scores(self) -> Sequence[str]:
        """The columns that hold scores."""
        rules = (rule.column for rule in self.rules if rule.column)
        return [*dict.fromkeys([*self.several.get("score", []), *rules])]

    @property
    def has_results(self) -> bool:
        """Whether rows tell what came of a question."""
        return bool(self.scores()) or not {"response", "error"}.isdisjoint(self.single)

    def to_json(self) -> dict[str, Json]:
        """In one form, whatever it was read from."""
        columns: dict[str, Json] = {**self.single, **{n: [*c] for n, c in self.several.items()}}
        rules: list[Json] = [rule._asdict() for rule in self.rules]
        return {**self.told, "columns": columns, "scorers": rules}


def read_mapping(declared: Declared) -> Columns:
    """Read what the options say; a later one adds to the ones before, or replaces them.

    Raises:
        UnreadableFile: when a file that they name cannot be read.
        InvalidInput: naming what is unknown, missing or of the wrong form.
    """
    columns = Columns()
    for each in declared.maps:
        if isinstance(each, Path):
            _take_file(columns, each)
        else:
            _take_text(columns, each)
    told = {"provider": declared.provider, "model": declared.model, "dataset": declared.dataset}
    columns.told |= {name: value for name, value in told.items() if value}
    if len(columns.told.get("delimiter", ",")) != 1:
        raise InvalidInput("mapping, delimiter", "one character", shown(columns.told["delimiter"]))
    return columns


def read_file(path: Path) -> bytes:
    """The bytes of a mapping file.

    Raises:
        UnreadableFile: when it cannot be read.
        InvalidInput: when it has more than 1 MiB.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        found = error.strerror or str(error)
        remedy = "Name a TOML file, or say NAME=COLUMN."
        raise UnreadableFile(f"--map {path}", "a readable file", found, remedy) from error
    if len(data) > _MAX_BYTES:
        raise InvalidInput(path.name, f"at most {_MAX_BYTES} bytes", "more")
    return data


def _take_text(columns: Columns, text: str) -> None:
    """``id=qid,choices=a,choices=b``: a name that may have several columns can be said again."""
    for pair in text.split(","):
        name, _, column = (part.strip() for part in pair.partition("="))
        if not column:
            raise InvalidInput("--map", "NAME=COLUMN", shown(pair))
        _take_column(columns, name, column, "--map")


def _take_file(columns: Columns, path: Path) -> None:
    document = _read_toml(path)
    for name, value in document.items():
        place = f"{path.name}, {name}"
        if name in _TOP:
            columns.told[name] = _text(value, place)
        elif name == "columns":
            _take_columns(columns, _table(value, place), place)
        elif name == "scorers":
            columns.rules = [_rule(each, place) for each in _tables(value, place)]
        else:
            raise InvalidInput(place, f"one of {', '.join((*_TOP, 'columns', 'scorers'))}", name)


def _read_toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read_file(path).decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(path.name, "TOML", str(error)) from error


def _take_columns(columns: Columns, table: Mapping[str, Any], place: str) -> None:
    for name, value in table.items():
        several = cast("list[object]", value) if isinstance(value, list) else [value]
        columns.several.pop(name, None)
        for column in several:
            _take_column(columns, name, _text(column, f"{place}.{name}"), place)


def _take_column(columns: Columns, name: str, column: str, place: str) -> None:
    if name in SEVERAL:
        columns.several.setdefault(name, []).append(column)
    elif name in SINGLE:
        columns.single[name] = column
    else:
        raise InvalidInput(place, f"one of {', '.join((*SINGLE, *SEVERAL))}", shown(name))


def _rule(table: Mapping[str, Any], place: str) -> Rule:
    if unknown := table.keys() - _SCORER:
        expected = f"members {', '.join(sorted(_SCORER))}"
        raise InvalidInput(place, expected, ", ".join(sorted(unknown)))
    method: object = table.get("method")
    method = _text(method, f"{place}, method")
    name = _text(table.get("name", method), f"{place}, name")
    parameters = dict(_table(table.get("parameters", {}), f"{place}, parameters"))
    check_scorer({"name": name, "method": method, "parameters": parameters}, place)
    if not is_recomputable(method):
        remedy = "Map its column as a score."
        raise InvalidInput(f"{place}, method", "one that follows by rule", method, remedy)
    column = _text(table["column"], f"{place}, column") if "column" in table else ""
    return Rule(name, method, parameters, column)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidInput(place, "a text", shown(value))
    return value


def _table(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(place, "a table", shown(value))
    return cast("Mapping[str, Any]", value)


def _tables(value: object, place: str) -> Iterable[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise InvalidInput(place, "a list of tables", shown(value))
    return [_table(each, place) for each in cast("list[object]", value)]
