"""What became of an export, and what its recipient has to know, as lines. Pure."""

from collections.abc import Iterator

from application.export import Exported
from interface.cli.render_recorded import counted
from interface.cli.screen import Line


def exported_lines(file: str, stream: str, exported: Exported) -> Iterator[Line]:
    """The file, its digest, what it leaves out, and the key that signed it."""
    counts = exported.manifest.counts
    yield Line(f"{file}", "strong")
    yield Line(f"  {stream}: {counted(counts.events, 'event')}, {counted(counts.items, 'item')}")
    yield from _left_out(exported)
    yield from _how_to_check(exported)


def proved_lines(file: str, stream: str, item: str, exported: Exported) -> Iterator[Line]:
    """The same of a bundle of one item."""
    yield Line(f"{file}", "strong")
    yield Line(f"  item {item} of {stream}: {counted(exported.manifest.counts.events, 'event')}")
    yield from _left_out(exported)
    yield from _how_to_check(exported)


def _left_out(exported: Exported) -> Iterator[Line]:
    manifest = exported.manifest
    left_out = {
        "withheld": manifest.withheld,
        "withheld by events": manifest.withheld_parts,
        "erased": manifest.erased,
    }
    for why, kinds in left_out.items():
        if kinds:
            told = ", ".join(f"{counted(count, kind)}" for kind, count in sorted(kinds.items()))
            yield Line(f"  {why}: {told}")
    if "response" in manifest.withheld and "score" not in manifest.withheld:
        yield Line("  Scores tell what was extracted from the responses; --withhold score, if not.")


def _how_to_check(exported: Exported) -> Iterator[Line]:
    yield Line("")
    yield Line(f"  bundle digest  {exported.digest}", "good")
    yield Line("  Tell the recipient this digest over another channel than the file:")
    yield Line(f"    eval752 verify --expect-digest {exported.digest} FILE")
    if exported.unproven:
        yield Line("")
        yield Line("  without a proof from the log:", "bad")
        yield Line(f"    {exported.unproven}")
    if exported.key:
        owner = exported.key.partition("+")[0]
        yield Line("")
        yield Line(f"  verifier key   {exported.key}")
        yield Line(f"  Whoever knows it to be the key of {owner}")
        yield Line("  can check who wrote the bundle: --key")
