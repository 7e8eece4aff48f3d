"""The methods in which both clients are alike, said once: each is an operation, or a list.

What the client that blocks returns, the other has awaited; type checkers know which, and a method's
arguments are those of the function that makes its operation. Not here: requests and answers
(``operations``), and how they are carried out (``client``, ``async_client``).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from interface.client import key_operations, log_operations, operations
from interface.client.exchange import Listing, Operation

P = ParamSpec("P")
T = TypeVar("T")


class _Blocking(Protocol):
    def perform(self, operation: Operation[T]) -> T: ...
    def rows(self, listing: Listing[T]) -> Iterator[T]: ...


class _Awaited(Protocol):
    def perform(self, operation: Operation[T]) -> Awaitable[T]: ...
    def rows(self, listing: Listing[T]) -> AsyncIterator[T]: ...


class _Asks(Generic[P, T]):
    """A method that carries out the operation which a function makes."""

    def __init__(self, make: Callable[P, Operation[T]]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    @overload
    def __get__(self, client: _Blocking, _: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: _Awaited, _: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, client: _Blocking | _Awaited, _: type) -> Callable[P, Any]:
        @wraps(self._make)
        def ask(*args: P.args, **members: P.kwargs) -> Any:
            return client.perform(self._make(*args, **members))

        return ask


class _Lists(Generic[P, T]):
    """A method that iterates over all pages of the list which a function makes."""

    def __init__(self, make: Callable[P, Listing[T]]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    @overload
    def __get__(self, client: _Blocking, _: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: _Awaited, _: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: _Blocking | _Awaited, _: type) -> Callable[P, Any]:
        @wraps(self._make)
        def rows(*args: P.args, **members: P.kwargs) -> Any:
            return client.rows(self._make(*args, **members))

        return rows


class Methods:
    """What a client's ``perform`` and ``rows`` make methods of."""

    archive = _Asks(operations.archive)
    datasets = _Lists(operations.datasets)
    runs = _Lists(operations.runs)
    read_dataset = _Asks(operations.read_dataset)
    read_run = _Asks(operations.read_run)
    summary = _Asks(operations.summary)
    history = _Lists(operations.history)
    items = _Lists(operations.items)
    item = _Asks(operations.item)
    results = _Lists(operations.results)
    result = _Asks(operations.result)
    compare = _Asks(operations.compare)
    flips = _Lists(operations.flips)
    append = _Asks(operations.append)
    seal = _Asks(operations.seal)
    put_asset = _Asks(operations.put_asset)
    verify = _Asks(operations.verify)
    import_bundle = _Asks(operations.import_bundle)
    tokens = _Lists(operations.tokens)
    issue_token = _Asks(operations.issue_token)
    revoke_token = _Asks(operations.revoke_token)
    projects = _Lists(operations.projects)
    add_project = _Asks(operations.add_project)
    keys = _Lists(key_operations.keys)
    rotate_key = _Asks(key_operations.rotate_key)
    compromise_key = _Asks(key_operations.compromise_key)
    rebuild = _Asks(operations.rebuild)
    read_log = _Asks(log_operations.read_log)
    sign_checkpoint = _Asks(log_operations.sign_checkpoint)
    rebuild_log = _Asks(log_operations.rebuild_log)
    timestamp_log = _Lists(log_operations.timestamp_log)
    witness_log = _Lists(log_operations.witness_log)
    restamp_log = _Lists(log_operations.restamp_log)
    check_ready = _Asks(operations.check_ready)
