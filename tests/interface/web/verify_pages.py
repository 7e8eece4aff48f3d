"""The verify page, open in a browser, and bundles for it; nothing is expected of it here."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interface.web import verify_html

if TYPE_CHECKING:
    from tests.interface.web.browser import Locator, Page
    from tests.interface.web.conftest import Ask


CONFORMANCE = Path(__file__).parents[2] / "conformance"
GOOD = CONFORMANCE / "valid" / "run-with-everything.eval752.zip"
TAMPERED = CONFORMANCE / "invalid" / "parts" / "part-altered.eval752.zip"
NO_ZIP = CONFORMANCE / "invalid" / "container" / "not-a-zip.eval752.zip"
DEAF = "globalThis.Worker = class { constructor() { throw new Error('no worker here'); } };"


class Opened:
    """The page, open in a browser, and all that it asked for and complained of."""

    def __init__(self, page: "Page", address: str) -> None:
        self.page, self.asked, self.told = page, list[str](), list[str]()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.told.append(message.text))
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.goto(address)
        assert self.told == [], "the script did not even start"

    def give(self, *files: Path) -> "Locator":
        """Choose files, and wait until each has a result."""
        self.page.set_input_files("#files", files)
        return self.results(len(files))

    def results(self, count: int = 1) -> "Locator":
        self.page.locator("#work").wait_for(state="hidden")
        results = self.page.locator(".result")
        results.nth(count - 1).wait_for()
        assert results.count() == count
        return results

    def verdict(self) -> str:
        return self.page.locator(".verdict h2").inner_text()

    def outcomes(self) -> list[tuple[int, str | None, str, str, list[str]]]:
        """Of each check: number, outcome, name, detail, and the texts of its findings."""
        rows = self.page.locator(".checks > li").all()
        return [
            (
                number,
                row.get_attribute("data-outcome"),
                row.locator(".name").inner_text(),
                row.locator(".detail").inner_text(),
                row.locator(".finding dd").all_text_contents(),
            )
            for number, row in enumerate(rows, 1)
        ]


def from_disk(folder: Path) -> str:
    page = folder / "verify.html"
    page.write_text(verify_html.self_contained(), "utf-8")
    return page.as_uri()


def told_by_node(ask: "Ask", file: Path, policy: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    (answer,) = ask([{"ask": "verify", "file": str(file), "policy": policy}])
    return [
        (
            line["check"],
            line["outcome"],
            line["name"],
            line["detail"],
            [finding[side] for finding in line["findings"] for side in finding],
        )
        for line in answer["answer"]["checks"]
    ]
