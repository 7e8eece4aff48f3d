"""What docstrings name is there: a module or a name of ours in double backticks can be followed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "application", "infrastructure", "interface", "scripts", "tests")
PATHS = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
DOTTED = re.compile(rf"``((?:{'|'.join(ROOMS)})(?:\.\w+)+)``")
BESIDE = re.compile(r"Not here: .*?\(([^()]*)\)", re.DOTALL)
BARE = re.compile(r"``([a-z]\w*)``")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(path: Path) -> Iterator[str]:
    nodes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, DOCUMENTED))
    return filter(None, map(ast.get_docstring, nodes))


def source_of(place: Path) -> Path:
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def is_there(dotted: str) -> bool:
    """Whether it is a module, or its last names stand in the module that the first ones are."""
    place, (room, *names) = ROOT, dotted.split(".")
    place /= room
    while names and ((place / names[0]).is_dir() or (place / f"{names[0]}.py").is_file()):
        place /= names.pop(0)
    source = source_of(place)
    text = source.read_text() if source.is_file() else ""
    return all(re.search(rf"\b{name}\b", text) for name in names)


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_docstring_names_by_its_full_name_is_there(room: str) -> None:
    paths = [path for path in PATHS if path.relative_to(ROOT).parts[0] == room]
    assert paths
    named = [
        (path, name) for path in paths for each in docstrings(path) for name in DOTTED.findall(each)
    ]
    assert [(str(path), name) for path, name in named if not is_there(name)] == []


def test_the_modules_that_have_what_is_not_here_are_there() -> None:
    stems = {path.stem for path in PATHS} | {path.parent.name for path in PATHS}
    missing = []
    for path in PATHS:
        module = path.read_text()
        for listed in BESIDE.findall(ast.get_docstring(ast.parse(module)) or ""):
            missing += [(str(path), name) for name in BARE.findall(listed) if name not in stems]
    assert missing == []
