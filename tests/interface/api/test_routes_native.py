"""The routes that eval_752's documentation names."""

from pathlib import Path

import httpx
import pytest

from tests.interface.api.conftest import Served, begin_run, new_dataset, new_run, ok
from tests.native_exports import item, result, server_export

UPLOAD = "/datasets/upload"


def test_a_run_or_a_dataset_is_exported(recorder: httpx.Client) -> None:
    dataset, run = new_run(recorder)
    of_run = recorder.get(f"/datasets/{dataset}/export", params={"run_id": run})
    assert of_run.content == recorder.get(f"/v1/runs/{run}/bundle").content
    alone = recorder.get(f"/datasets/{dataset}/export", params={"section_ids": ["0", "1"]})
    assert alone.content == recorder.get(f"/v1/datasets/{dataset}/bundle").content


def test_a_foreign_section_or_run_is_refused(recorder: httpx.Client) -> None:
    dataset, _ = new_run(recorder)
    _, other = new_run(recorder)
    for query in ({"section_ids": ["0", "7"]}, {"section_ids": ["0"]}, {"run_id": other}):
        refused = recorder.get(f"/datasets/{dataset}/export", params=query)
        assert (refused.status_code, refused.json()["place"]) == (400, next(iter(query)))


@pytest.fixture
def export(tmp_path: Path) -> bytes:
    """One of eval_752's own zips."""
    numbers = range(3)
    path = server_export(tmp_path, [*map(item, numbers)], [*map(result, numbers)])
    return path.read_bytes()


def send(client: httpx.Client, data: bytes, name: str = "theirs.eval752.zip") -> httpx.Response:
    return client.post(UPLOAD, files={"file": (name, data, "application/zip")})


def test_an_upload_of_its_own_is_archived_once(
    service: Served, recorder: httpx.Client, export: bytes
) -> None:
    told = ok(send(recorder, export), 201)
    assert ok(recorder.get(f"/v1/datasets/{told['dataset_id']}"))
    assert ok(recorder.get(f"/v1/runs/{told['run_id']}"))
    again = ok(send(recorder, export))
    assert again["run_id"] == told["run_id"]
    ok(service.root.post("/v1/projects", json={"project": "apart"}), 201)
    theirs = ok(send(service.as_role("recorder", "apart"), export), 201)
    assert theirs["run_id"] != told["run_id"]


def test_an_upload_of_ours_is_imported(recorder: httpx.Client) -> None:
    dataset, run = new_run(recorder)
    bundle = recorder.get(f"/v1/runs/{run}/bundle").content
    told = ok(send(recorder, bundle))
    assert {each["change"] for each in told["streams"]} == {"already here"}
    assert dataset in str(told)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_an_upload_that_is_neither_is_refused(recorder: httpx.Client, data: bytes) -> None:
    assert send(recorder, data).status_code in {400, 422}


def test_a_form_without_a_file_is_refused(recorder: httpx.Client) -> None:
    refused = recorder.post(UPLOAD, data={"file": "text"})
    assert refused.status_code == 415
    refused = recorder.post(UPLOAD, files={"x": (None, "text")})
    assert (refused.status_code, refused.json()["place"]) == (400, "form")


@pytest.mark.parametrize(
    "name", ["../../../escape.zip", "..", ".", "/", "a\\..", "a\0b.zip", "x" * 300, "é" * 300]
)
def test_a_name_leads_nowhere(recorder: httpx.Client, export: bytes, name: str) -> None:
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    form = head.encode() + export + b"\r\n--B--\r\n"
    media = {"Content-Type": "multipart/form-data; boundary=B"}
    assert recorder.post(UPLOAD, content=form, headers=media).status_code in {200, 201}


def test_a_run_that_is_open_is_not_exported(recorder: httpx.Client) -> None:
    dataset = new_dataset(recorder)
    run = begin_run(recorder, dataset)
    refused = recorder.get(f"/datasets/{dataset}/export", params={"run_id": run})
    assert refused.status_code == 409
