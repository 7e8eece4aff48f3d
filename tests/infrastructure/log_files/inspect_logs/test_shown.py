"""Parts as values: what is not disclosed says so, and only what is disclosed is shown as media."""

from base64 import b64decode
from pathlib import Path
from typing import Any

from domain.canonical import Json
from interface.bootstrap.archive import Archive
from tests.archives import RUN, Members, actions, answered, begin_run, with_asset
from tests.eval_files import exported, samples

DIGEST = "0" * 64


def images(told: Any) -> list[str]:
    content = told["messages"][0]["content"]
    return [part["image"] for part in content if part["type"] == "image"]


def with_image(text: str) -> Members:
    parts: list[Json] = [{"type": "text", "text": "What?"}, {"type": "image", "image": text}]
    return answered(0, request={"messages": [{"role": "user", "content": parts}]})


def test_an_asset_that_a_part_lists_is_shown_as_media(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    name = archive.assets.put([b"PNG"], "png")
    [action] = actions(with_image(f"assets/{name}"))
    with_asset(archive, action, "request", b"PNG")
    archive.recorder().record(RUN, [action])
    told = samples(exported(archive, tmp_path / "a.eval"))["q-0", 1]
    [url] = images(told)
    assert b64decode(url.removeprefix("data:image/png;base64,")) == b"PNG"


def test_a_text_alone_brings_no_asset_into_a_log(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    secret = archive.assets.put([b"of another run"], "png")
    for number, text in enumerate((f"assets/{secret}", "assets/../x", f"assets/{DIGEST}.png")):
        [action] = actions({**with_image(text), "item": f"q-{number}"})
        archive.recorder().record(RUN, [action])
        told = samples(exported(archive, tmp_path / f"{number}.eval"))[f"q-{number}", 1]
        assert images(told) == [text]


def test_an_asset_of_a_withheld_part_stays_away(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    name = archive.assets.put([b"PNG"], "png")
    first, second = actions(answered(0), {**with_image(f"assets/{name}"), "item": "q-1"})
    first.parts["response"] = {"text": f"assets/{name}"}
    with_asset(archive, first, "response", b"PNG")
    archive.recorder().record(RUN, [first, second])
    path = exported(archive, tmp_path / "a.eval", RUN, "response")
    assert images(samples(path)["q-1", 1]) == [f"assets/{name}"]
    shown = exported(archive, tmp_path / "b.eval")
    assert images(samples(shown)["q-1", 1])[0].startswith("data:image/png;base64,")
