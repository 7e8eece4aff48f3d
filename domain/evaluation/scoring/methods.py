"""The closed table of scoring methods, and the one way in to each (scoring, section 2).

Not here: any method's rules, which are a module each.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, cast

from domain.canonical import Json
from domain.errors import InvalidInput, shown
from domain.evaluation.scoring.choices import multiple_choice
from domain.evaluation.scoring.model import (
    MAX_TEXT,
    NotRecomputable,
    Score,
    ScoredItem,
    Scorer,
    Settings,
)
from domain.evaluation.scoring.normalise import STEPS
from domain.evaluation.scoring.numbers import numeric
from domain.evaluation.scoring.regex import regex, size_of_pattern
from domain.evaluation.scoring.texts import exact_match, set_f1
from domain.syntax import is_number

MAX_NAME: Final = 128
LEAST_STEPS: Final = 16
"""Steps for each byte that any method reads (scoring, section 9)."""


class Parameter(NamedTuple):
    """What a parameter may be; a default of None makes it required."""

    default: Json
    allows: Callable[[Json], bool]
    expected: str


class Method(NamedTuple):
    """A method; without a scorer it is not recomputable, and takes any parameters."""

    parameters: Mapping[str, Parameter]
    scorer: Scorer | None

    def defaults(self) -> dict[str, Json]:
        """The value of each parameter that is left out; None for what is required."""
        return {name: parameter.default for name, parameter in self.parameters.items()}


def _is_tolerance(value: Json) -> bool:
    return is_number(value) and 0 <= cast(float, value) < math.inf


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and value != ""


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def _flag(default: bool) -> Parameter:
    return Parameter(default, _is_flag, "true or false")


_NORMALISATION: Final = {flag: _flag(default) for flag, (default, _) in STEPS.items()}
_TOLERANCE: Final = Parameter(0, _is_tolerance, "a number from 0")
_CREDIT: Final = Parameter("exact", ["exact", "partial"].__contains__, '"exact" or "partial"')

METHODS: Final[Mapping[str, Method]] = {
    "multiple_choice": Method({"credit": _CREDIT}, multiple_choice),
    "exact_match": Method(_NORMALISATION, exact_match),
    "set_f1": Method(
        {**_NORMALISATION, "separator": Parameter(",", _is_text, "a text that is not empty")},
        set_f1,
    ),
    "regex": Method(
        {"pattern": Parameter(None, _is_text, "a pattern"), "ignorecase": _flag(False)},
        regex,
    ),
    "numeric": Method({"tolerance": _TOLERANCE, "relative_tolerance": _TOLERANCE}, numeric),
    "judge": Method({}, None),
    "external": Method({}, None),
}

_NEEDED: Final = frozenset({"answer", "response"})
_NEEDS: Final = {
    "multiple_choice": _NEEDED | {"item", "question"},
    "regex": frozenset({"response"}),
}

_USUAL: Final = {
    name: settings
    for name, method in METHODS.items()
    if None not in (settings := method.defaults()).values()
}
"""The settings where no parameter is given, and none has to be."""


def score(
    method: str, parameters: Mapping[str, Json], response_text: str | None, item: ScoredItem
) -> Score:
    """Score a response text, as anyone will who recomputes it; no text scores 0.

    Raises:
        NotRecomputable: where the rules do not say what this scores.
        InvalidInput: for a method or parameter that is not in the table.
    """
    scorer = _method(method, "method").scorer
    if scorer is None:
        raise NotRecomputable(f"the method {method}")
    settings = _settings(method, parameters, "parameters")
    if response_text is None:
        return Score(0, None)
    if len(response_text) > MAX_TEXT:
        raise NotRecomputable(f"a response of more than {MAX_TEXT:,} code points")
    return scorer(settings, response_text, item)


def needs(method: str) -> frozenset[str]:
    """The kinds of the parts that a recomputable method reads (scoring, section 9)."""
    return _NEEDS.get(method, _NEEDED)


def steps_per_byte(method: str, parameters: Mapping[str, Json]) -> int:
    """The work of scoring, for each byte of what is read (scoring, section 9)."""
    if method != "regex":
        return LEAST_STEPS
    return max(LEAST_STEPS, size_of_pattern(_settings(method, parameters, "parameters")))


def is_recomputable(method: str) -> bool:
    """Whether scores by this method follow from response and answer; false for unknown ones."""
    known = METHODS.get(method)
    return known is not None and known.scorer is not None


def check_scorer(definition: Json, place: str) -> None:
    """Check a scorer's definition, ``{"method", "name", "parameters"}``.

    Raises:
        InvalidInput: naming what is wrong, expected and found.
    """
    members = {"method", "name", "parameters"}
    if not isinstance(definition, dict) or definition.keys() != members:
        raise InvalidInput(place, "an object of method, name and parameters", shown(definition))
    name = definition["name"]
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise InvalidInput(f"{place}, name", f"a text of 1 to {MAX_NAME} characters", shown(name))
    _method(definition["method"], f"{place}, method")
    parameters = definition["parameters"]
    if not isinstance(parameters, dict):
        raise InvalidInput(f"{place}, parameters", "an object", shown(parameters))
    _settings(cast(str, definition["method"]), parameters, f"{place}, parameters")


def text_of(response: Json) -> str | None:
    """The text that is scored of a response part's value: its member ``text``, a string or null.

    Raises:
        InvalidInput: where the value is no object with such a member.
    """
    if not isinstance(response, dict) or "text" not in response:
        raise InvalidInput("response", "an object with a member text", shown(response))
    text = response["text"]
    if text is not None and not isinstance(text, str):
        raise InvalidInput("response, text", "a string or null", shown(text))
    return text


def _method(method: Json, place: str) -> Method:
    known = METHODS.get(method) if isinstance(method, str) else None
    if known is None:
        raise InvalidInput(place, f"one of {', '.join(METHODS)}", shown(method))
    return known


def _settings(method: str, parameters: Mapping[str, Json], place: str) -> Settings:
    """The parameters, checked, with the defaults of those that are left out."""
    known = METHODS[method]
    if known.scorer is None:
        return parameters
    if not parameters and method in _USUAL:
        return _USUAL[method]
    settings = known.defaults()
    for name, value in parameters.items():
        parameter = known.parameters.get(name)
        if parameter is None:
            expected = f"no other parameters of {method} than {', '.join(known.parameters)}"
            raise InvalidInput(place, expected, shown(name))
        if not parameter.allows(value):
            raise InvalidInput(f"{place}, {name}", parameter.expected, shown(value))
        settings[name] = value
    missing = [name for name, value in settings.items() if value is None]
    if missing:
        raise InvalidInput(place, f"the parameter {missing[0]}", "none")
    return settings
