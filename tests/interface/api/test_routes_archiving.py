"""The route for log files of other tools."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from interface.api import form_files
from tests import log_files
from tests.interface.api.conftest import Served, ok, served

URL = "/v1/archivings"
CSV = b"q,r,ok\n1+1,2,1\n1+2,4,0\n"
MAP = "question=q,response=r,score=ok"
File = tuple[str, tuple[str | None, bytes]]


def files(path: Path) -> list[File]:
    """The parts that bring a file, or all files of a folder."""
    if path.is_file():
        return [("file", (path.name, path.read_bytes()))]
    found = sorted(each for each in path.iterdir() if each.is_file())
    return [("file", (f"{path.name}/{each.name}", each.read_bytes())) for each in found]


def send(client: httpx.Client, *parts: File, **options: Any) -> httpx.Response:
    return client.post(URL, files=[*parts], params=options)


def csv(*maps: str) -> list[File]:
    return [("file", ("a.csv", CSV)), *(("map", (None, each.encode())) for each in maps)]


def raw(client: httpx.Client, name: str, data: bytes = CSV) -> httpx.Response:
    """A form with one file whose name is just this."""
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    form = head.encode("utf-8", "surrogateescape") + data + b"\r\n--B--\r\n"
    media = {"Content-Type": "multipart/form-data; boundary=B"}
    return client.post(URL, content=form, headers=media)


@pytest.fixture(autouse=True)
def nothing_left(service: Served) -> Iterator[None]:
    """Whatever was sent, the service holds none of it any more."""
    yield
    assert [*(service.service.archive.folder / "spool").iterdir()] == []


@pytest.mark.parametrize("kind", log_files.SOURCES)
def test_a_source_is_archived_once(service: Served, tmp_path: Path, kind: str) -> None:
    ok(service.root.post("/v1/projects", json={"project": kind.replace("_", "-")}), 201)
    recorder = service.as_role("recorder", kind.replace("_", "-"))
    path = log_files.SOURCES[kind](tmp_path)
    beside = sorted(path.parent.iterdir()) if path.is_file() else []
    others = (each for each in beside if each != path and each.is_file())
    parts = [*files(path), *(part for other in others for part in files(other))]
    told = ok(send(recorder, *parts), 201)
    assert (told["file"], told["known"], told["original"]) == (path.name, 0, True)
    again = ok(send(recorder, *parts))
    assert again == {**told, "recorded": 0, "known": told["recorded"]}
    for stream in (told["dataset"], *told["runs"]):
        of, _, uuid = stream.partition("/")
        assert ok(recorder.get(f"/v1/{of}s/{uuid}"))[of]["sealed"]


def test_a_plain_file_is_read_by_its_mapping(recorder: httpx.Client) -> None:
    mapping = b'model = "m"\n[columns]\nquestion = "ok"\nresponse = "r"\n'
    parts = [*csv(), ("map", ("m.toml", mapping)), *csv("question=q", "score=ok")[1:]]
    told = ok(send(recorder, *parts, provider="p", model="m-2", dataset="sums"), 201)
    uuid = told["runs"][0].removeprefix("run/")
    run = ok(recorder.get(f"/v1/runs/{uuid}"))["run"]
    assert (run["provider"], run["model"], run["dataset_name"]) == ("p", "m-2", "sums")
    assert run["mean"] == 0.5


def test_the_file_itself_is_kept_or_not(recorder: httpx.Client) -> None:
    told = ok(send(recorder, *csv(MAP + ",id=q"), original=False), 201)
    assert told["original"] is False


def test_what_holds_a_secret_is_refused_where_none_may(
    service: Served, recorder: httpx.Client
) -> None:
    data = CSV + b"1+3,Bearer abcdefghijklmnopqrstuvwxyz0123456789,0\n"
    parts: list[File] = [("file", ("a.csv", data)), *csv(MAP)[1:]]
    position = service.service.archive.store.position()
    refused = send(recorder, *parts, on_secrets="refuse")
    assert (refused.status_code, refused.json()["place"]) == (409, "secrets")
    assert "bearer-token at a.csv, line 4" in refused.json()["found"]
    assert service.service.archive.store.position() == position
    assert ok(send(recorder, *parts), 201)["secret_count"] > 0


@pytest.mark.parametrize(
    "options",
    [
        {"refuse-secrets": "true"}, {"withhold": "answer"}, {"on_secrets": "perhaps"},
        {"map": "question=q"},
    ],
)  # fmt: skip
def test_an_option_that_is_none_is_refused(recorder: httpx.Client, options: Any) -> None:
    (name,) = options
    refused = send(recorder, *csv(MAP), **options)
    assert refused.status_code == 400
    assert refused.json()["place"] == f"query parameter {name}"


def test_what_plain_files_do_not_say_needs_a_mapping(recorder: httpx.Client) -> None:
    refused = send(recorder, *csv(), model="m")
    assert (refused.status_code, refused.json()["place"]) == (400, "model")


@pytest.mark.parametrize("path", ["m.toml", "mapping", "/etc/passwd", "../x.toml", "DATA/a.toml"])
def test_a_mapping_that_is_no_file_is_never_opened_as_one(
    service: Served, recorder: httpx.Client, path: str
) -> None:
    folder = service.service.archive.folder
    (folder / "a.toml").write_text('[columns]\nquestion = "q"\n')
    refused = send(recorder, *csv(path.replace("DATA", str(folder))))
    assert (refused.status_code, refused.json()["place"]) == (400, "--map")
    assert refused.json()["expected"] == "NAME=COLUMN"


@pytest.mark.parametrize(
    "name",
    [
        "../a.csv", "/etc/a.csv", "a/../../b", "..", ".", "", "a/b/c.csv", "a//b", "/", "a/",
        "x" * 256, "é" * 200, "a\x00b", "a\x01b", "..\\a.csv", "a\\b", "\udcff.csv",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(
    service: Served, recorder: httpx.Client, name: str
) -> None:
    before = sorted(service.service.archive.folder.parent.rglob("*.csv"))
    refused = raw(recorder, name)
    assert (refused.status_code, refused.json()["place"]) == (400, "form, file")
    assert sorted(service.service.archive.folder.parent.rglob("*.csv")) == before


@pytest.mark.parametrize("name", ["C:\\x.csv", 'o\\"dd.csv', "a;b=c.csv"])
def test_a_name_that_is_odd_is_a_name(recorder: httpx.Client, name: str) -> None:
    refused = raw(recorder, name)
    assert refused.status_code == 422
    assert "a mapping of its columns" in refused.json()["expected"]


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ([("file", ("a", CSV)), ("file", ("a", CSV))], "form, file a"),
        ([("file", ("r/a", CSV)), ("file", ("r/a", CSV))], "form, file a"),
        ([("file", ("r/a", CSV)), ("file", ("s/a", CSV))], "form, file s/a"),
        ([("file", ("r/a", CSV)), ("file", ("r", CSV))], "form, file r"),
        ([("file", ("r", CSV)), ("file", ("r/a", CSV))], "form, file r/a"),
        ([("other", ("a", CSV))], "form"),
        ([("file", (None, CSV))], "form"),
        ([("map", (None, b"question=q"))], "form"),
        ([("file", ("a", CSV)), ("map", (None, b"\xff"))], "form, map"),
        ([("file", ("a", CSV)), ("map", (None, b"x" * 2**17))], "form, map"),
        ([("file", ("a", CSV)), ("map", ("m", b"\xff"))], "m"),
        ([("file", ("a", CSV)), ("map", ("../m", b"x" * (2**20 + 1)))], "m"),
    ],
)
def test_a_form_of_other_files_is_refused(
    recorder: httpx.Client, parts: list[File], place: str
) -> None:
    refused = send(recorder, *parts)
    assert (refused.status_code, refused.json()["place"]) == (400, place), refused.text


def test_a_form_has_no_more_files_than_can_be_open(recorder: httpx.Client) -> None:
    many: list[File] = [("file", (f"{n}.csv", b"")) for n in range(form_files.MOST_PARTS + 1)]
    refused = send(recorder, *many)
    assert (refused.status_code, refused.json()["place"]) == (400, "form")
    assert "at most 500 files and fields" in refused.json()["expected"]


def test_a_body_of_another_kind_is_refused(recorder: httpx.Client) -> None:
    assert recorder.post(URL, content=CSV, headers={"Content-Type": "text/csv"}).status_code == 415
    refused = recorder.post(URL, content=CSV, headers={"Content-Type": "multipart/form-data"})
    assert (refused.status_code, refused.json()["place"]) == (400, "form")


@pytest.mark.parametrize("kind", log_files.SOURCES)
def test_a_log_that_is_cut_leaves_nothing(
    service: Served, recorder: httpx.Client, tmp_path: Path, kind: str
) -> None:
    parts = files(log_files.SOURCES[kind](tmp_path))
    position = service.service.archive.store.position()
    field, (name, data) = parts[-1]
    refused = send(recorder, *parts[:-1], (field, (name, data[:-40])))
    assert refused.status_code in {400, 422}
    assert {"place", "expected", "found"} <= refused.json().keys()
    assert str(service.service.archive.folder) not in refused.text
    assert service.service.archive.store.position() == position


def test_the_file_with_the_fault_is_named_with_its_line(
    recorder: httpx.Client, tmp_path: Path
) -> None:
    folder = log_files.lm_eval(tmp_path)
    (samples,) = folder.glob("samples_two*")
    samples.write_text(samples.read_text() + "{]\n")
    refused = send(recorder, *files(folder))
    assert refused.status_code == 400
    assert refused.json()["place"] == f"{samples.name}, line 4"


def test_a_sealed_bundle_is_to_be_imported(recorder: httpx.Client, tmp_path: Path) -> None:
    told = send(recorder, *files(log_files.native(tmp_path))).json()
    bundle = recorder.get(f"/v1/{told['runs'][0].replace('/', 's/')}/bundle").content
    refused = send(recorder, ("file", ("run.eval752.zip", bundle)))
    assert refused.status_code == 409
    assert "import" in refused.json()["remedy"]


def test_who_may_import_may_archive(service: Served, auditor: httpx.Client) -> None:
    assert send(auditor, *csv(MAP)).status_code == 403
    assert send(service.client(None), *csv(MAP)).status_code == 401


def test_a_project_learns_nothing_of_what_another_has_archived(
    service: Served, recorder: httpx.Client
) -> None:
    ok(service.root.post("/v1/projects", json={"project": "apart"}), 201)
    apart = service.as_role("recorder", "apart")
    parts = csv(MAP + ",section=q")
    mine, theirs = ok(send(recorder, *parts), 201), ok(send(apart, *parts), 201)
    assert (theirs["known"], theirs["digest"]) == (0, mine["digest"])
    for client, other in ((apart, mine), (recorder, theirs)):
        path = other["runs"][0].replace("run/", "/v1/runs/")
        assert client.get(path).status_code == 404


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    with served(tmp_path / "data", max_upload_size=1000) as small:
        assert send(small.root, *csv(MAP)).status_code == 201
        refused = send(small.root, *csv(MAP), ("file", ("b.csv", b"x" * 1000)))
        assert refused.status_code == 413
        assert [*(tmp_path / "data" / "spool").iterdir()] == []


def test_the_description_has_an_example_that_is_like_an_answer(recorder: httpx.Client) -> None:
    told = ok(send(recorder, *csv(MAP + ",type=r")), 201)
    document = json.loads(httpx.get(f"{recorder.base_url}/openapi.json").text)
    described = document["paths"][URL]["post"]
    for status in ("200", "201"):
        content = described["responses"][status]["content"]["application/json"]
        assert content["example"].keys() == content["schema"]["properties"].keys() == told.keys()
    named = {each["name"] for each in described["parameters"]}
    assert named == {"original", "on_secrets", "provider", "model", "dataset"}
