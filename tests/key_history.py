"""What must hold of every archive that ever replaced its key, whatever happened on the way.

Not here: how keys are replaced.
"""

from collections.abc import Iterator, Sequence

from application.log_ports import Head
from application.ports import StreamKey
from domain.evaluation.archive_keys import ArchiveKey
from domain.transparency.checkpoint import parse_signed
from domain.transparency.signed_note import VerifierKey, valid_signatures
from domain.transparency.tiles import TileTree
from infrastructure.signing.keys import COMING, FILE
from infrastructure.signing.verify import verify_ed25519
from interface.bootstrap.archive import Archive
from tests.archives import stored


def heads_of(archive: Archive) -> Iterator[Head]:
    """All heads that were signed."""
    head = archive.heads.covering(1)
    while head:
        yield head
        head = archive.heads.covering(head.size + 1)


def signers_of(archive: Archive, head: Head) -> list[str]:
    """The ids of the keys that signed a head, by the lines in their order; all are valid."""
    note = parse_signed(head.note).note
    keys = [VerifierKey.parse(key.key) for key in archive.signer.known()]
    valid = valid_signatures(note, keys, verify_ed25519)
    assert len(valid) == len(note.signatures)
    return [line.key_id.hex() for line in note.signatures]


def check_keys(archive: Archive) -> None:
    """Check that the key in force signs, that no other is at hand, and who signed each head."""
    known = archive.signer.known()
    key, (signature,) = archive.signer.sign(b"message")
    assert key.encode() == known[-1].key
    assert verify_ed25519(key.public_key, signature, b"message")
    check_heads(archive, known)
    if not archive.signer.is_handing_over:
        seeds = {path.name for path in (archive.folder / "identity").iterdir()}
        assert FILE in seeds
        assert seeds <= {FILE, COMING} | {name for name in seeds if name.startswith(".")}


def check_heads(archive: Archive, known: Sequence[ArchiveKey]) -> None:
    """Check that each head is by the key that its last event put in force, and extends the last."""
    own = StreamKey(archive.signer.origin, "archive")
    events = [each.event for each in stored(archive, own)]
    begun = [archive.store.index(own, key.version) for key in known]
    broken = [
        (event.facts["old"], archive.store.index(own, event.version))
        for event in events
        if event.type == "key.compromised"
    ]
    before, handed = 0, {known[0].id}
    for head in heads_of(archive):
        at = max(place for place, index in enumerate(begun) if index < head.size)
        expected = [known[at].id]
        gone = {key for key, index in broken if index < head.size}
        if known[at].id not in handed and known[at - 1].id not in gone:
            expected.insert(0, known[at - 1].id)
        handed.add(known[at].id)
        assert signers_of(archive, head) == expected
        assert TileTree(head.size, archive.log.tile).root() == head.root
        assert head.size > before
        before = head.size
