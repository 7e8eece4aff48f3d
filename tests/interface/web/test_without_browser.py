"""Without Playwright, tests in a browser are skipped and say why: none is an error."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WITHOUT = """
import sys
import pytest
sys.modules["playwright"] = sys.modules["playwright.sync_api"] = None
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_modules_of_tests_in_a_browser_are_skipped_where_there_is_no_playwright() -> None:
    files = sorted(f"{path}" for path in HERE.glob("test_*in_browser.py"))
    assert len(files) > 4
    options = ["--collect-only", "-q", "-rs", "-p", "no:cacheprovider", *files]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[2],
    )
    assert "error" not in done.stdout.lower(), done.stdout
    assert f"SKIPPED [{len(files)}]" in done.stdout
    assert "there is no playwright" in done.stdout


def test_nothing_but_the_browser_imports_playwright() -> None:
    found = {
        path.name
        for path in HERE.glob("*.py")
        if "\nfrom playwright" in path.read_text() or "\nfrom axe_playwright" in path.read_text()
    }
    assert found == {"browser.py"}
