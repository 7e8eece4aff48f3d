"""A visitor who follows every link and sends every form that only asks.

Forms that change something are left alone. Not here: what the pages are filled with.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

LOADS = {"a": "href", "link": "href", "img": "src", "script": "src"}
_LIVE = "/live"
"""A stream without an end, which no page links to."""
TICKED = 2
"""Boxes of one name that are ticked, one at a time; all of them would be all pairs of runs."""

ALIKE = 10
"""Addresses of one shape that are visited."""


class Form(NamedTuple):
    """A form that asks: where it is sent, what always, and by which choice and button."""

    action: str
    fields: list[tuple[str, str]]
    choices: list[tuple[str, str]]
    buttons: list[tuple[str, str, str]]


class _Page(HTMLParser):
    """What a page offers; fields may stand outside of their form."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: dict[str, Form] = {}
        self._form, self._select = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in LOADS and LOADS[tag] in told:
            self.links.append(told[LOADS[tag]])
        if tag == "form":
            self._form = told.get("id") or f"form {len(self.forms)}"
            if told.get("method", "get") == "get":
                self.forms[self._form] = Form(told.get("action", ""), [], [], [])
        form = self.forms.get(told.get("form", self._form))
        if form is not None:
            self._field(form, tag, told)

    def _field(self, form: Form, tag: str, told: Mapping[str, str]) -> None:
        name, value = told.get("name", ""), told.get("value", "")
        is_button = tag == "button" and told.get("type", "submit") == "submit"
        if is_button:
            form.buttons.append((told.get("formaction", form.action), name, value))
        elif tag == "select":
            self._select = name
        elif tag == "option":
            form.choices.append((self._select, value))
        elif told.get("type") == "checkbox":
            if [each for each, _ in form.choices].count(name) < TICKED:
                form.choices.append((name, value))
        elif tag == "input" and name:
            form.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""


def offered(address: str, text: str) -> Iterator[str]:
    """Every address of this service that a page leads to, or loads.

    A form is sent by each of its buttons, with nothing chosen, and with each choice that it has.
    """
    page = _Page()
    page.feed(text)
    for link in page.links:
        yield urljoin(address, link)
    for form in page.forms.values():
        for choice in [[], *([each] for each in form.choices)]:
            for action, name, value in form.buttons or [(form.action, "", "")]:
                query = urlencode([*form.fields, *choice, *([(name, value)] if name else [])])
                yield f"{urljoin(address, action).partition('?')[0]}?{query}"


def crawl(client: httpx.Client, *begin: str) -> Mapping[str, int]:
    """The status of every address that can be come to from these, with redirects followed.

    Of addresses of one page that differ in the values of their parameters, a few are visited.
    """
    host = client.base_url.host
    found: dict[str, int] = {}
    alike = Counter[tuple[str, ...]]()
    waiting = deque(urljoin(str(client.base_url), path) for path in begin)
    while waiting:
        address = waiting.popleft().partition("#")[0]
        shape = shape_of(address)
        if address in found or urlsplit(address).hostname != host or alike[shape] == ALIKE:
            continue
        alike[shape] += 1
        with client.stream("GET", address, follow_redirects=True) as answer:
            found[address] = answer.status_code
            if answer.headers.get("content-type", "").startswith("text/html"):
                waiting += offered(str(answer.url), answer.read().decode())
    return found


def shape_of(address: str) -> tuple[str, ...]:
    """A page and the names of the parameters that say something."""
    asked = urlsplit(address)
    return asked.path, *(name for name, _ in parse_qsl(asked.query))
