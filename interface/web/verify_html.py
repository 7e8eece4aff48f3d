"""Joins the verify page: its one script, and the page as one file that works when double-clicked.

A page that is opened from a file can import no module. So the modules become one script, each
behind all that it imports, without their import and export lines; no two of their top-level names
are the same, which a test holds. The served page runs the same script. The same sources give the
same bytes. Not here: the routes (``routes_verify``), and writing the file.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
_ENTRY: Final = "verify_main.mjs"
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./([^"]+)";\n', re.MULTILINE)
_EXPORTED_AGAIN: Final = re.compile(r"^export \{[^}]*\};\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=async|function|class|const)", re.MULTILINE)

_STYLE: Final = '<link rel="stylesheet" href="verify/verify_page.css">\n'
_SCRIPT: Final = '<script src="verify/verify_page.js"></script>\n'
_OFFER: Final = re.compile(r'<p class="offer">.*</p>\n')


def page() -> str:
    """The page as it is served, with its style and script beside it."""
    return _read("verify_page.html")


def style() -> str:
    """The page's style."""
    return _read("verify_page.css")


def script(entry: str = _ENTRY) -> str:
    """A module and all that it imports as one classic script."""
    plain = [f"// {name}\n{_without_seams(_read(name))}" for name in modules(entry)]
    return '"use strict";\n\n' + "\n".join(plain)


def modules(entry: str = _ENTRY) -> list[str]:
    """The names of a module and of all that it imports, each behind those that it imports."""
    found: dict[str, None] = {}

    def follow(name: str) -> None:
        for imported in _IMPORT.findall(_read(name)):
            if imported not in found:
                follow(imported)
        found[name] = None

    follow(entry)
    return list(found)


def self_contained() -> str:
    """The page as one file, which a browser allows that style, this script, and no connection."""
    style_inside, script_inside = f"\n{style()}", f"\n{script()}"
    rules = (
        "default-src 'none'",
        f"script-src '{_hash(script_inside)}'",
        f"style-src '{_hash(style_inside)}'",
        "worker-src blob:",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    policy = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">\n'
    whole = page().replace('<meta charset="utf-8">\n', f'<meta charset="utf-8">\n{policy}')
    whole = whole.replace(_STYLE, f"<style>{style_inside}</style>\n")
    whole = whole.replace(_SCRIPT, f"<script>{script_inside}</script>\n")
    return _OFFER.sub("", whole)


def _without_seams(source: str) -> str:
    for seam in (_IMPORT, _EXPORTED_AGAIN, _EXPORT):
        source = seam.sub("", source)
    return source


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
