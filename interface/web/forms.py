"""Forms that change something, and how it is known that a page of ours sent them.

Two things have to be so: the browser says that the form came from this origin, and the form
carries the secret of the session. Not here: who may do what is asked (``access``).
"""

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from interface.api.bodies import check_media, read_whole
from interface.api.errors import Forbidden, TooLarge
from interface.web.access import session_of

CSRF: Final = "csrf"
_MOST: Final = 2**16


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form that a page of ours sent.

    Raises:
        Forbidden: when another page sent it, or the session is not the one that the form was for.
        TooLarge, UnsupportedMedia: when it is no such form.
    """
    check_origin(request)
    check_media(request, "application/x-www-form-urlencoded")
    body = await read_whole(request)
    if len(body) > _MOST:
        raise TooLarge("the form", f"at most {_MOST} bytes", f"{len(body)}")
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    session = session_of(request)
    if session and not hmac.compare_digest(fields.get(CSRF, "").encode(), session.csrf.encode()):
        remedy = "Go back, load the page again, and send the form from there."
        raise Forbidden("the form", "the secret of this session", "another", remedy)
    return fields


def check_origin(request: Request) -> None:
    """Check that a page of this service made the browser ask.

    ``Sec-Fetch-Site`` says so where a browser sends it; over plain http it may not, and ``Origin``
    does. The scheme is not compared: a proxy that speaks TLS may not be told of.

    Raises:
        Forbidden: when another page did, or nothing says so.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    host = request.headers.get("host", "")
    ours = site == "same-origin" if site is not None else bool(host) and _host(origin) == host
    if not ours:
        found = ascii(site or origin or "nothing")[:80]
        raise Forbidden("Origin", "a page of this service", found)


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
