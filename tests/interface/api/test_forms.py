"""Forms, read in whatever pieces they come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from interface.api.forms import FormReader, Part
from interface.client import forms
from interface.client.bodies import pieces_of

MEDIA = "multipart/form-data; boundary=B"


class Sink:
    def __init__(self) -> None:
        self.data, self.closed = b"", 0

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        self.closed += 1


class Taker:
    def __init__(self) -> None:
        self.taken: list[tuple[Part, Sink]] = []

    def begin(self, part: Part) -> Sink:
        self.taken.append((part, Sink()))
        return self.taken[-1][1]


def read(media: str, pieces: list[bytes]) -> list[tuple[str, str | None, bytes]]:
    taker = Taker()
    reader = FormReader(media, taker)
    for piece in pieces:
        reader.write(piece)
    reader.end()
    assert all(sink.closed == 1 for _, sink in taker.taken)
    return [(*part, sink.data) for part, sink in taker.taken]


name = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/\\"), min_size=1)
good_name = name.filter(lambda text: text not in {".", ".."} and len(text.encode()) < 256)
part: Any = st.builds(
    forms.Part, st.sampled_from(["file", "map"]), st.binary(), st.just("") | good_name
)


@given(st.lists(part, max_size=5), st.integers(1, 40))
def test_what_a_client_sends_is_what_a_service_gets(parts: list[forms.Part], size: int) -> None:
    form = forms.form_of(parts)
    body = b"".join(pieces_of(form))
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    assert read(form.media_type, pieces) == [(p.field, p.name or None, p.value) for p in parts]


HEAD = 'Content-Disposition: form-data; name="a"; filename="b"'


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (MEDIA, b""),
        (MEDIA, b"x"),
        (MEDIA, f"--B\r\n{HEAD}\r\n\r\nx".encode()),
        (MEDIA, f"--B\r\n{HEAD}\r\n\r\nx\r\n--B".encode()),
        (MEDIA, f"--B\r\n{HEAD}\r\n\r\nx\r\n--B-".encode()),
        (MEDIA, b"--B\r\n\r\nx\r\n--B--\r\n"),
        (MEDIA, b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n"),
        (MEDIA, b"--B\r\nX: " + b"x" * 10_000 + b"\r\n\r\nx\r\n--B--\r\n"),
        (MEDIA, b"--B\r\n" + b"X: y\r\n" * 100 + b"\r\nx\r\n--B--\r\n"),
        (f"{MEDIA}C", f"--B\r\n{HEAD}\r\n\r\nx\r\n--B--".encode()),
        ("multipart/form-data; boundary=" + "B" * 1000, b"x"),
        ("multipart/form-data", f"--B\r\n{HEAD}\r\n\r\nx\r\n--B--".encode()),
    ],
)
def test_what_is_no_form_or_ends_early_is_refused(media: str, body: bytes) -> None:
    with pytest.raises(InvalidInput, match="a multipart form"):
        read(media, [body])


def test_an_epilogue_is_no_part() -> None:
    body = f"--B\r\n{HEAD}\r\n\r\nx\r\n--B--\r\n--B\r\n{HEAD}\r\n\r\ny\r\n--B--".encode()
    assert read(MEDIA, [body]) == [("a", "b", b"x")]


def test_a_sink_is_closed_where_the_form_breaks_off() -> None:
    taker = Taker()
    reader = FormReader(MEDIA, taker)
    reader.write(f"--B\r\n{HEAD}\r\n\r\nxxxxxxxxx".encode())
    reader.close()
    reader.close()
    assert [sink.closed for _, sink in taker.taken] == [1]
