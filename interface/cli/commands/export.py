"""``eval752 export``: one sealed run or dataset as one file. Not here: the file's content."""

import re
from pathlib import Path
from typing import Any, Final

from application.export import Exported, kinds_to_withhold
from application.ports import StreamKey
from interface.cli.archived import Archived, BundleOptions
from interface.cli.options import Where
from interface.cli.render_exported import exported_lines
from interface.cli.screen import Line, Screen
from interface.run_forms import check_form, suffix_of

SUFFIX: Final = ".eval752.zip"
_ID_DIGITS: Final = 13
"""Of a UUIDv7: its whole time, so that two runs hardly ever begin alike."""
_SLUG_MOST: Final = 60


def export(
    screen: Screen, where: Where, name: str, output: str | None, options: BundleOptions
) -> None:
    """Write the bundle, and say what its recipient has to know."""
    kinds_to_withhold(options.withhold, "--withhold")
    with where.archive(writable=True) as archive:
        key = archive.find(name)
        target = Path(output or default_name(archive, key, options))
        with screen.progress(str(target)) as advance:
            exported = archive.export(key, target, options, advance)
    screen.show(
        exported_lines(str(target), key.stream, exported),
        lambda: exported_document(target, key, exported),
    )


def convert(
    screen: Screen, where: Where, name: str, output: str | None, options: BundleOptions
) -> None:
    """Write a run's results in another tool's form, which proves nothing."""
    form, suffix = options.form, suffix_of(options.form)
    check_form(form, Path(output or f"run{suffix}"), options.withhold)
    with where.archive(writable=True) as archive:
        key = archive.find(name)
        target = Path(output or default_name(archive, key, options, suffix))
        count = archive.convert(key, target, options)
    line = Line(f"{target}: {count} results of {key.stream}, as {form}. It is no evidence.")
    screen.show(
        [line], lambda: {"file": str(target), "stream": key.stream, "as": form, "results": count}
    )


def default_name(
    archive: Archived, key: StreamKey, options: BundleOptions, suffix: str = SUFFIX
) -> str:
    """``<the dataset's name>-<the id's first digits><suffix>``, unless names are withheld."""
    kind, _, uuid = key.stream.partition("/")
    slug = "" if "config" in options.withhold else _slug(archive.dataset_name(key))
    return f"{slug or kind}-{uuid[:_ID_DIGITS]}{suffix}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:_SLUG_MOST].strip("-")


def exported_document(target: Path, key: StreamKey, exported: Exported) -> dict[str, Any]:
    """What ``--json`` tells of a bundle that was written."""
    manifest = exported.manifest
    return {
        "file": str(target),
        "stream": key.stream,
        "digest": exported.digest,
        "verifier_key": exported.key or None,
        "unproven": exported.unproven or None,
        "withheld": dict(manifest.withheld),
        "withheld_parts": dict(manifest.withheld_parts),
        "erased": dict(manifest.erased),
    }
