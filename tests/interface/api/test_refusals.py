import json

from structlog.testing import capture_logs

from interface.api.refusals import refuse
from tests.interface.api.serving import parsed


class Cycle:
    """A request, and how far its answer is."""

    def __init__(self, *, started: bool, complete: bool) -> None:
        self.response_started, self.response_complete = started, complete


class Protocol:
    """What a protocol has, and what is written through it."""

    def __init__(self, cycle: Cycle | None) -> None:
        self.cycle, self.transport = cycle, self
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.written.append(b"closed")


def refused(cycle: Cycle | None) -> list[bytes]:
    protocol = Protocol(cycle)
    refuse(protocol, "garbage")
    return protocol.written


def test_what_is_no_request_is_answered_with_a_problem_and_closed() -> None:
    for cycle in (None, Cycle(started=False, complete=False), Cycle(started=True, complete=True)):
        refusal, closed = refused(cycle)
        status, headers, body = parsed(refusal)
        assert (status, headers["content-type"]) == (400, "application/problem+json")
        assert json.loads(body)["found"] == "garbage"
        assert closed == b"closed"


def test_an_answer_under_way_is_broken_off_and_not_mixed_with_another() -> None:
    assert refused(Cycle(started=True, complete=False)) == [b"closed"]


def test_what_is_refused_is_logged_under_the_id_that_was_told() -> None:
    with capture_logs() as lines:
        refusal, _ = refused(None)
    assert lines[0]["request_id"] == json.loads(parsed(refusal)[2])["instance"]
