"""Proof members of bundles from elsewhere, kept so that the bundle can leave again unchanged.

``<folder>/<bundle digest>/`` holds them under the names that they have in ``proof/``. Not here:
what they prove.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from infrastructure.content.durable import write_durably


class FileProofs:
    """``application.ports.Proofs`` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, digest: str, members: Mapping[str, bytes]) -> None:
        """Keep them durably; what is there already stays."""
        for name, data in members.items():
            path = self._folder / digest / PurePosixPath(name).name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_durably(path, data)

    def get(self, digest: str) -> Mapping[str, bytes]:
        """What was kept for this digest, by member name."""
        folder = self._folder / digest
        if not folder.is_dir():
            return {}
        return {f"proof/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
