"""What the process logs: one JSON object a line on stderr, from our code and from libraries alike.

A fault is told by its kind and where it arose, never by its words, which may be content; errors of
the tree are ours and are told whole. Not here: which requests are logged (``watching``).
"""

import logging
import sys
from traceback import extract_tb
from typing import Any, Final

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from domain.errors import Eval752Error

_TALKATIVE: Final = ("uvicorn", "asyncio")
"""Libraries that tell of each start and stop at the level of an information."""


def configure(level: str) -> None:
    """Log from this level on; for the whole process, so where it starts."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_chain()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, *_chain()],
        )
    )
    logging.basicConfig(handlers=[handler], level=number, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(number if level == "debug" else logging.WARNING)


def log_fault(fault: Exception) -> None:
    """Log what is ours to put right, with the id of the request that met it."""
    structlog.get_logger().error("fault", exc_info=fault)


def log_refusal(authority: str, fault: Exception) -> None:
    """Tell that an authority or witness gave nothing; a bug of ours with where it stands."""
    logger = structlog.get_logger()
    if isinstance(fault, Eval752Error):
        logger.warning("not stamped", authority=authority, reason=str(fault))
    else:
        logger.error("not stamped", authority=authority, exc_info=fault)


def _chain() -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("%Y-%m-%dT%H:%M:%S.%fZ", utc=True, key="time"),
        _with_fault,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(),
    ]


def _with_fault(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Tell an exception without its words, if it is none of ours."""
    fault = _exception(event.pop("exc_info", None))
    if fault is not None:
        event["fault"] = type(fault).__qualname__
        if isinstance(fault, Eval752Error):
            event["error"] = str(fault)
        frames = extract_tb(fault.__traceback__)
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _exception(found: Any) -> BaseException | None:
    """What ``exc_info`` means in its three forms."""
    if isinstance(found, tuple):
        return _exception(found[1])
    return found if isinstance(found, BaseException) else sys.exception() if found else None
