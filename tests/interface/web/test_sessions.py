from application.access import Principal, Role
from interface.web.sessions import IDLE, LONGEST, MOST, Sessions

WHO = Principal("token-1", Role.AUDITOR, "main")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_is_found_by_what_its_cookie_holds_and_by_nothing_else() -> None:
    sessions = Sessions()
    secret, other = sessions.begin(WHO), sessions.begin(WHO)
    found = sessions.find(secret)
    assert found is not None
    assert found.who == WHO
    assert len(secret) == len(found.csrf) == 43
    assert len({secret, other, found.csrf}) == 3
    assert sessions.find(secret[:-1]) is None
    assert sessions.find("") is None


def test_a_session_ends_when_it_is_not_used() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    secret = sessions.begin(WHO)
    clock.now += IDLE
    assert sessions.find(secret)
    clock.now += IDLE + 1
    assert sessions.find(secret) is None


def test_to_ask_whether_a_session_lives_does_not_keep_it_alive() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    secret = sessions.begin(WHO)
    clock.now += IDLE
    assert sessions.lives(secret)
    clock.now += 1
    assert not sessions.lives(secret)


def test_a_session_ends_after_its_longest_time_however_much_it_is_used() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    secret = sessions.begin(WHO)
    for _ in range(LONGEST // IDLE):
        clock.now += IDLE
        assert sessions.find(secret)
    clock.now += 1
    assert sessions.find(secret) is None


def test_one_session_more_than_a_token_may_have_ends_the_one_least_lately_used() -> None:
    sessions = Sessions()
    secrets = [sessions.begin(WHO) for _ in range(MOST)]
    other = sessions.begin(WHO._replace(token="token-2"))
    assert sessions.find(secrets[0])
    sessions.begin(WHO)
    assert sessions.find(secrets[1]) is None
    assert all(sessions.find(secret) for secret in (secrets[0], secrets[2], other))


def test_a_session_that_was_ended_is_gone() -> None:
    sessions = Sessions()
    secret = sessions.begin(WHO)
    sessions.end(secret)
    sessions.end(secret)
    assert sessions.find(secret) is None
    assert not sessions.lives(secret)
