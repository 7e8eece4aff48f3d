"""``eval752 demo`` and ``eval752 verifier``: what is handed to who has no archive yet.

Not here: the story (``interface.demo``), and what is packed (``interface.verifier_app`` and
``interface.web``).
"""

from hashlib import sha256
from pathlib import Path

from interface import verifier_app
from interface.cli.screen import Line, Screen
from interface.demo import story
from interface.web import verify_html


def demo(screen: Screen, folder: Path, *, keep: bool) -> None:
    """Tell the story; with ``--json``, its lines in a list."""
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        if not screen.as_json:
            screen.lines([Line(text)])
            screen.flush()

    screen.exit_code = story.run(folder, tell, keep=keep)
    screen.show((), lambda: {"well": screen.exit_code == 0, "story": told})


def verifier(screen: Screen, output: Path) -> None:
    """Write the standalone verifier, and say its digest."""
    path = verifier_app.build(output)
    _tell(screen, path, f"It needs Python 3.11 or newer: python3 {path} FILE")


def verify_page(screen: Screen, output: Path) -> None:
    """Write the verify page as one file, and say its digest."""
    verifier_app.write_new(output, verify_html.self_contained().encode())
    _tell(screen, output, "Open it in a browser; it sends nothing and needs no network.")


def _tell(screen: Screen, path: Path, use: str) -> None:
    digest = sha256(path.read_bytes()).hexdigest()
    lines = [Line(f"{path}", "strong"), Line(f"  sha256  {digest}"), Line(f"  {use}")]
    screen.show(lines, lambda: {"file": str(path), "sha256": digest})
