"""Makes ``tests/conformance/valid`` and, but for ``container``, ``tests/conformance/invalid``.

Run it as ``python -m scripts.conformance_bundles``; it makes the same bytes everywhere. It shares
nothing with the code that it tests. Not here: the bundles themselves, which are a module each.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from scripts import conformance_item as item
from scripts import conformance_manifest as manifest
from scripts import conformance_members as members
from scripts import conformance_results as results
from scripts import conformance_streams as streams
from scripts.bundle_by_hand import container
from scripts.conformance_attestations import attestations
from scripts.conformance_events import events
from scripts.conformance_fixture import Bad
from scripts.conformance_log import inclusion
from scripts.conformance_parts import parts
from scripts.conformance_proofs import policies, signatures
from scripts.conformance_time import times
from scripts.conformance_valid import goods
from scripts.conformance_witness import too_few, witnesses

FOLDER: Final = Path(__file__).parent.parent / "tests/conformance"

Group = Callable[[], Iterator[Bad]]
GROUPS: Final[Mapping[str, tuple[Group, ...]]] = {
    "digests": (members.digests, item.item_members),
    "manifest": (
        *(manifest.lies, manifest.malformed),
        *(manifest.withholding, manifest.members_of_another_kind, item.item_manifests),
    ),
    "events": (events,),
    "stream": (streams.streams, item.item_streams),
    "tree": (streams.trees, item.item_trees),
    "parts": (parts, item.item_parts),
    "assets": (members.assets,),
    "signature": (signatures, attestations, item.item_signatures),
    "inclusion": (inclusion,),
    "time": (times,),
    "witness": (witnesses,),
    "completeness": (results.completeness,),
    "replay": (members.replays,),
    "rescoring": (results.rescoring, item.item_scores),
    "policy": (policies, too_few),
}


def files() -> dict[str, bytes]:
    """All files: path within the folder to content."""
    made: dict[str, bytes] = {}
    for good in goods():
        _add(made, f"valid/{good.name}", good.content(), good.description())
    for check, groups in GROUPS.items():
        for bad in (bad for group in groups for bad in group()):
            path = f"invalid/{check}/{bad.name}"
            _add(made, path, container(bad.members), bad.description(check))
    return made


def _add(made: dict[str, bytes], path: str, data: bytes, told: dict[str, Any]) -> None:
    assert f"{path}.json" not in made, path
    made[f"{path}.eval752.zip"] = data
    made[f"{path}.json"] = (json.dumps(told) + "\n").encode("ascii")


def present() -> dict[str, bytes]:
    """The files that are there: path within the folder to content."""
    checks = (FOLDER / "invalid" / check for check in GROUPS)
    folders = [FOLDER / "valid", *checks]
    found = (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()))
    return {str(path.relative_to(FOLDER)): path.read_bytes() for path in found}


def main() -> None:
    """Write the folders anew."""
    made = files()
    for name in present().keys() - made.keys():
        (FOLDER / name).unlink()
    for name, data in made.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
