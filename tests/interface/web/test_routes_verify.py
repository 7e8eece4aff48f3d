"""The routes of the verify page, in an app that has nothing else."""

from collections.abc import Iterator

import httpx
import pytest

from interface.web import verify_html


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media_type", "text"),
    [
        ("/verify", "text/html", verify_html.page()),
        ("/verify/verify_page.css", "text/css", verify_html.style()),
        ("/verify/verify_page.js", "text/javascript", verify_html.script()),
        ("/verify.html", "text/html", verify_html.self_contained()),
    ],
)
def test_each_file_comes_with_its_type_and_the_policy(
    client: httpx.Client, path: str, media_type: str, text: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    rules = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'none'"} <= {*rules}
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.text == text


def test_the_page_as_one_file_is_a_download(client: httpx.Client) -> None:
    answer = client.get("/verify.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="verify.html"'


def test_what_a_browser_has_already_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/verify/verify_page.js")
    again = client.get("/verify/verify_page.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/verify/verify_page.js", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


def test_no_other_file_of_the_folder_is_served(client: httpx.Client) -> None:
    for path in ("/verify/verify_html.py", "/verify/../verify_html.py", "/verify/verifier.mjs"):
        assert client.get(path).status_code == 404
