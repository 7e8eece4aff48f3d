"""The numbered checks. The numbers stand in code, reports and docs, and never change their meaning.

Not here: how each is performed.
"""

from enum import Enum, StrEnum


class Outcome(StrEnum):
    """What a check came to. What could not be performed is *not shown*, and never *passed*."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_SHOWN = "not shown"


class Check(Enum):
    """Number, name, and what *passed* means to a reader."""

    CONTAINER = (
        1,
        "container",
        "the file is one that the format allows, with nothing hidden in it",
    )
    DIGESTS = (2, "digests", "every member has the SHA-256 that SHA256SUMS states for it")
    MANIFEST = (3, "manifest", "the manifest says what is in the bundle, and no more")
    EVENTS = (4, "events", "every event is well-formed")
    STREAM = (5, "stream", "no event is missing, out of order, or where it may not be")
    TREE = (6, "tree", "the seals cover exactly these events")
    PARTS = (7, "parts", "all content is what was recorded; what is left out is accounted for")
    ASSETS = (8, "assets", "exactly the assets that the content refers to, unaltered")
    SIGNATURE = (9, "signature", "the bundle was written by the holder of a key that you trust")
    INCLUSION = (10, "inclusion", "the seal stands in the archive's log")
    CONSISTENCY = (11, "consistency", "the archive's log was never rewritten")
    TIME = (12, "time", "an independent authority saw the seal by a stated time")
    WITNESS = (13, "witness", "independent witnesses have seen the archive's log")
    COMPLETENESS = (14, "completeness", "every planned item has an answer or an explicit error")
    REPLAY = (15, "replay", "results, summary and sections follow from the events")
    RESCORING = (16, "rescoring", "every deterministic score, recomputed, is the same")
    EVIDENCE = (17, "evidence", "identified, timestamped, complete, inspectable and shareable")
    POLICY = (18, "policy", "all that you required is shown")

    def __init__(self, number: int, label: str, meaning: str) -> None:
        self.number = number
        self.label = label
        self.meaning = meaning


BY_LABEL = {check.label: check for check in Check}
