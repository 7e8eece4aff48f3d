from domain.bundle.manifest import Counts, Manifest, StreamEnd, read_manifest
from domain.bundle.note import note_text
from scripts.bundle_by_hand import note_text as note_by_hand
from scripts.conformance_fixture import whole
from scripts.recording_by_hand import ORIGIN, digest
from scripts.recordings import SMALL
from tests.tables import PAGE


def test_the_text_is_that_of_the_page() -> None:
    ends = [StreamEnd("archive-1", f"{n}" * 64, n, f"dataset/{n}") for n in (1, 2)]
    manifest = Manifest("run", ends, Counts(0, 0, 0, 0, 0), [], {}, {})
    text = note_text("archive-9", "d" * 64, manifest)
    assert text == (
        f"eval752 bundle\narchive-9\n{'d' * 64}\ndataset/1 1 {'1' * 64}\ndataset/2 2 {'2' * 64}\n"
    )
    block = PAGE.partition("## 10. Proofs")[2].partition("```\n")[2].partition("```")[0]
    title, signer, digest, end = block.splitlines()
    assert [title, signer, digest] == [
        "eval752 bundle",
        "<origin of the signer>",
        "<bundle digest>",
    ]
    assert end.startswith("<stream> <size> <root>")


def test_it_is_what_a_second_writing_of_the_format_signs() -> None:
    members = whole(SMALL)
    manifest = read_manifest(members["manifest.json"])
    told = note_text(ORIGIN, digest(members["SHA256SUMS"]), manifest)
    assert told.encode() == note_by_hand(members)
