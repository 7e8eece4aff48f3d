"""Builds the standalone verifier: one file that any Python 3.11 or newer runs, with nothing else.

In it stands ``__main__.py`` of this package and every module of ours that it comes to import,
found by following the imports. The same sources give the same bytes: times are fixed, names sorted,
and nothing is compressed: deflated bytes differ between builds of zlib. Not here: the command.
"""

import ast
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from domain.errors import Refused

_ROOT: Final = Path(__file__).resolve().parents[2]
_MAIN: Final = Path(__file__).with_name("__main__.py")
_ROOMS: Final = ("domain", "application", "infrastructure", "interface")
_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_1980: Final = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE: Final = 0o100644 << 16


def build(target: Path) -> Path:
    """Write the verifier, executable, and return its path.

    Raises:
        Refused: when the name is taken, or nothing can be written there.
    """
    write_new(target, archive(), 0o755)
    return target


def write_new(target: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file that is not there yet.

    Raises:
        Refused: when the name is taken, or nothing can be written there.
    """
    try:
        with target.open("xb") as file:
            file.write(data)
        target.chmod(mode)
    except FileExistsError:
        remedy = "Choose another name, or remove it."
        raise Refused(str(target), "a new name", "a file", remedy) from None
    except OSError as error:
        found = error.strerror or str(error)
        raise Refused(str(target), "a file that can be written", found) from error


def archive() -> bytes:
    """The bytes of the verifier."""
    packed = io.BytesIO()
    packed.write(_SHEBANG)
    with zipfile.ZipFile(packed, "w") as file:
        for name, source in sorted(sources().items()):
            entry = zipfile.ZipInfo(name, _1980)
            entry.create_system, entry.external_attr = 3, _REGULAR_FILE
            file.writestr(entry, source)
    return packed.getvalue()


def sources() -> dict[str, bytes]:
    """Every source file of the verifier, by its name in there."""
    found = {"__main__.py": _MAIN.read_bytes()}
    coming = list(_imported(found["__main__.py"]))
    while coming:
        path = _path(coming.pop())
        if path and (name := path.relative_to(_ROOT).as_posix()) not in found:
            found[name] = path.read_bytes()
            coming.extend(_imported(found[name]))
    return found


def _imported(source: bytes) -> Iterator[str]:
    """The dotted names that a module may import: modules, their packages, and names in them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_packages(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield from _with_packages(f"{node.module}.{alias.name}")


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _path(name: str) -> Path | None:
    """The file of a module of ours; None for any other name, whatever is installed beside us."""
    parts = name.split(".")
    if parts[0] not in _ROOMS:
        return None
    place = _ROOT.joinpath(*parts)
    candidates = (place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in candidates if path.is_file()), None)
