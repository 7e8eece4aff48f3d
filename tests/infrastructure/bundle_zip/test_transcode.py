from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bundle.members import ContainerRejected
from domain.errors import Refused
from infrastructure.bundle_zip import BundleWriter, Method, open_bundle, transcode


def again(source: Path, target: Path, method: Method) -> bytes:
    with open_bundle(source) as members:
        transcode(members, target, method, overwrite=True)
    return target.read_bytes()


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_a_bundle_comes_back_from_the_other_profile_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    stored, deflated, back = (folder / f"transcoded-{n}.zip" for n in range(3))
    with BundleWriter(stored, overwrite=True) as bundle:
        for ordinal, content in enumerate(contents):
            bundle.copy(f"sections/{ordinal}.jsonl", [content])
    assert again(stored, back, Method.STORED) == stored.read_bytes()
    again(stored, deflated, Method.DEFLATED)
    assert again(deflated, back, Method.STORED) == stored.read_bytes()


def test_deflated_text_is_smaller(tmp_path: Path) -> None:
    with BundleWriter(tmp_path / "stored.zip") as bundle:
        bundle.copy("events.jsonl", [b'{"type":"run.started"}\n' * 1000])
    assert len(again(tmp_path / "stored.zip", tmp_path / "new.zip", Method.DEFLATED)) < 1000


def test_a_damaged_member_is_not_copied(tmp_path: Path) -> None:
    source, target = tmp_path / "source.zip", tmp_path / "new.zip"
    with BundleWriter(source) as bundle:
        bundle.copy("README.txt", [b"first"])
    source.write_bytes(source.read_bytes().replace(b"first", b"worst"))
    with pytest.raises(ContainerRejected, match=r"README\.txt: data"):
        again(source, target, Method.DEFLATED)
    assert not target.exists()


def test_a_taken_name_is_refused(tmp_path: Path) -> None:
    with BundleWriter(tmp_path / "source.zip") as bundle:
        bundle.copy("README.txt", [b"first"])
    with open_bundle(tmp_path / "source.zip") as members, pytest.raises(Refused):
        transcode(members, tmp_path / "source.zip", Method.DEFLATED)
