"""Rules that tell likely secrets: those of Kingfisher, and few more that are those of log files.

Kingfisher (https://github.com/mongodb/kingfisher) keeps some five hundred rules for the keys of
providers, and finds them all in one pass over a text. It is asked to search only: nothing is sent
anywhere. Not here: where in a value the secret is (``application.likely_secrets``).
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner


class KingfisherDetector:
    """``application.likely_secrets.SecretDetector``; the rules are loaded when first needed."""

    def find(self, text: str) -> Sequence[str]:
        """The rule of each likely secret in a text, in order; of those that overlap, the first."""
        found: list[tuple[int, int, str]] = []
        for finding in _scanner().scan(text.encode("utf-8", "replace")):
            if finding.visible:
                place, rule = finding.location, finding.rule_id.rpartition(".")[2]
                found.append((place["start_offset"], place["end_offset"], rule))
        end, rules = 0, list[str]()
        for begin, to, rule in sorted(found):
            if begin >= end:
                rules.append(rule)
            end = max(end, to)
        return rules


@cache
def _scanner() -> "Scanner":
    """Compiling the rules takes seconds, and is kept in the user's cache folder."""
    from kingfisher_sdk import Rules, Scanner  # noqa: PLC0415 - most commands need no rules

    with as_file(files(__name__) / "log_files.yml") as own:
        return Scanner(Rules([own]), redact=True)
