"""Checks 3 and 8: the manifest says what is in the bundle; its assets are those that parts list.

Not here: the digests of members (``digests``), and what the events say (``walk``).
"""

from collections.abc import Mapping
from hashlib import sha256

from domain.bundle import layout
from domain.bundle.disclosure import Status
from domain.bundle.manifest import ITEM, Counts, Manifest, Section, StreamEnd
from domain.bundle.members import ContainerRejected, Members
from domain.canonical import encode
from domain.verification.checks import Check, Outcome
from domain.verification.item_walk import ItemWalk
from domain.verification.report import Report
from domain.verification.walk import Walk

_ALWAYS = (layout.README, layout.EVENTS, layout.PARTS, layout.MANIFEST, layout.SUMS)
_OF_KIND = {
    "dataset": (layout.META,),
    "run": (layout.META, layout.RUN_CONFIG, layout.RESULTS, layout.SUMMARY),
    ITEM: (layout.INCLUSION,),
}
_COMPARED = ("kind", "counts", "sections", "withheld", "withheld_parts", "erased")


def check_present(members: Members) -> None:
    """Check that the members are there without which nothing can be checked.

    Raises:
        ContainerRejected: naming those that are missing.
    """
    names = members.names()
    one_of = layout.INCLUSION if layout.INCLUSION in names else layout.META
    missing = [name for name in (*_ALWAYS, one_of) if name not in names]
    if missing:
        raise ContainerRejected("members", ", ".join(missing), "no such member")


def check_assets(listed: set[str], digests: Mapping[str, str], report: Report) -> None:
    """Check 8: exactly the assets that disclosed parts list, each with the digest in its name."""
    present = {name for name in digests if name.startswith(layout.ASSETS)}
    expected = {layout.asset_member(asset) for asset in listed}
    for name in sorted(expected - present):
        report.fail(Check.ASSETS, name, "the asset that a part refers to", "none")
    for name in sorted(present - expected):
        report.fail(
            Check.ASSETS, name, "an asset that a disclosed part refers to", "one that none does"
        )
    for name in sorted(present & expected):
        stated = name.removeprefix(layout.ASSETS).partition(".")[0]
        if digests[name] != stated:
            report.fail(Check.ASSETS, name, stated, digests[name])
    report.settle(Check.ASSETS, Outcome.PASSED, f"{len(present)} assets")


def check_manifest(
    manifest: Manifest, walk: Walk, digests: Mapping[str, str], report: Report
) -> None:
    """Check 3: the manifest says what the walk has found, and the members are of its kind."""
    _compare(manifest, _manifest_of(manifest, walk, digests), digests, report)
    _check_readme(layout.README_TEXT, digests, report)
    report.settle(Check.MANIFEST, Outcome.PASSED, f"a {manifest.kind} bundle")


def check_item_manifest(
    manifest: Manifest, walk: ItemWalk, digests: Mapping[str, str], report: Report
) -> None:
    """Check 3 of a bundle of one item."""
    computed = walk.manifest(_assets(digests))
    _compare(manifest, computed, digests, report)
    sides = (encode([*map(StreamEnd._asdict, each.streams)]) for each in (computed, manifest))
    expected, found = (side.decode() for side in sides)
    if computed.streams and expected != found:
        report.fail(Check.MANIFEST, f"{layout.MANIFEST}, streams", expected, found)
    _check_readme(layout.ITEM_README_TEXT, digests, report)
    told = "a bundle of one item: what else there is in the run is not shown"
    report.settle(Check.MANIFEST, Outcome.PASSED, told)


def _compare(
    manifest: Manifest, computed: Manifest, digests: Mapping[str, str], report: Report
) -> None:
    for name in _COMPARED:
        sides = (each.document().get(name, {}) for each in (computed, manifest))
        expected, found = (encode(side).decode() for side in sides)
        if expected != found:
            report.fail(Check.MANIFEST, f"{layout.MANIFEST}, {name}", expected, found)
    expected_members = _members_of(computed)
    for name in sorted(digests.keys() ^ expected_members):
        if not name.startswith(layout.ASSETS):
            found = "none" if name in expected_members else "one that does not belong there"
            report.fail(Check.MANIFEST, name, f"the members of a {computed.kind} bundle", found)


def _check_readme(text: str, digests: Mapping[str, str], report: Report) -> None:
    if digests[layout.README] != sha256(text.encode()).hexdigest():
        report.fail(Check.MANIFEST, layout.README, "the text of the format", "another text")


def _assets(digests: Mapping[str, str]) -> int:
    return sum(name.startswith(layout.ASSETS) for name in digests)


def _manifest_of(manifest: Manifest, walk: Walk, digests: Mapping[str, str]) -> Manifest:
    """The manifest that this bundle should have."""
    history = walk.history
    withheld = walk.undisclosed[Status.WITHHELD]
    kinds = layout.closure(withheld, withholds_parts=walk.disclosure.withholds_parts)
    items = [len(section) for section in history.by_section()]
    return Manifest(
        kind="run" if history.run else "dataset",
        streams=manifest.streams,  # compared as the walk ended
        counts=Counts(
            assets=_assets(digests),
            events=history.events,
            items=history.dataset.items,
            parts=walk.parts.count,
            results=sum(1 for _ in history.results()),
        ),
        sections=[Section(count, layout.section_member(n)) for n, count in enumerate(items)],
        withheld={kind: withheld.get(kind, 0) for kind in sorted(kinds)},
        erased=walk.undisclosed[Status.ERASED],
        withheld_parts=walk.undisclosed[Status.PART_WITHHELD],
    )


def _members_of(manifest: Manifest) -> set[str]:
    sections = (section.member for section in manifest.sections)
    return {*_ALWAYS, *_OF_KIND[manifest.kind], *sections} - {layout.SUMS}
