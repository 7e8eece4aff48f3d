"""Killed while heads are stamped: a timestamp is kept whole or asked for again, none is doubled."""

import shutil
from hashlib import sha256
from pathlib import Path

from rfc3161_client._rust import parse_timestamp_request

from infrastructure.signing.timestamps import verify_timestamp
from scripts.timestamps_by_hand import Authority, Timestamp
from tests.archives import open_fixed, record_dataset
from tests.authorities import REPLY, serving
from tests.crash import dying
from tests.crash.works import stamp_heads

AUTHORITY = Authority()
HEADS = 2


def test_a_death_at_any_change_of_a_file_leaves_each_head_stamped_once(tmp_path: Path) -> None:
    folder, roots = tmp_path / "archive", tmp_path / "roots.pem"
    roots.write_text(AUTHORITY.root_pem)
    heads = []
    with open_fixed(folder, "archive-a") as archive:
        for number in range(HEADS):
            record_dataset(archive, 1, f"dataset/00000000-0000-7000-8000-0000000000a{number}")
            heads.append(archive.log.checkpoint())

    def answer(body: bytes) -> tuple[int, str, bytes]:
        asked = parse_timestamp_request(body)
        digest = asked.message_imprint.message
        (message,) = (head.note for head in heads if sha256(head.note).digest() == digest)
        return 200, REPLY, Timestamp(AUTHORITY, message, nonce=asked.nonce).response()

    died = 0
    with serving(answer) as server:
        while True:
            copy = shutil.copytree(folder, tmp_path / f"copy-{died}")
            survived = dying.survives(
                dying.at_change, died + 1, stamp_heads, copy, server.url, roots
            )
            stamp_heads(copy, server.url, roots)
            with open_fixed(copy, "archive-a") as archive:
                for head in heads:
                    (kept,) = archive.stamps.of(head.size)
                    told = verify_timestamp(kept.data, [head.note], [AUTHORITY.root_der])
                    assert (kept.authority, told.objection) == (server.url, "")
            if survived:
                break
            died += 1
    assert died >= 2 * HEADS
