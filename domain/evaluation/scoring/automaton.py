"""A search in linear time for any pattern of the subset: Thompson's simulation, steps remembered.

Ken Thompson, "Regular Expression Search Algorithm", CACM 11 (6), 1968; the remembered steps are
those of a lazily built DFA. Not here: the syntax (``pattern``), and where a match begins.
"""

from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from domain.evaluation.scoring.code_points import CLASSES, Bounds, holds
from domain.evaluation.scoring.model import NotRecomputable
from domain.evaluation.scoring.pattern import Anchor, Chars, Either, Node, Repeat, Sequence

MAX_SIZE: Final = 10_000
MAX_WORK: Final = 4_000_000
"""Size of the pattern times code points of the text."""

MAX_REMEMBERED: Final = 50_000
"""Members of the remembered states, and steps between them; then the memory is emptied."""


class Read(NamedTuple):
    """Go on to ``then`` over one code point of a set, which has this number."""

    number: int
    then: int


class Assert(NamedTuple):
    """Go on to ``then`` at a place of a kind."""

    kind: str
    then: int


class Split(NamedTuple):
    """Go on to any of several; to none, where the match ends."""

    targets: tuple[int, ...]


Instruction: TypeAlias = Read | Assert | Split


def size(node: Node) -> int:
    """How many instructions a tree comes to, at least 1: what the bounds of the subset count."""
    match node:
        case Sequence(nodes):
            return max(1, sum(map(size, nodes)))
        case Either(options):
            return 1 + sum(map(size, options))
        case Repeat(body, low, high):
            once = size(body)
            optional = 1 if high is None else (high - low) * (once + 1)
            return max(1, (low or int(high is None)) * once + optional)
        case _:
            return 1


class Automaton:
    """The instructions for one tree, and the steps remembered from earlier searches.

    Raises:
        NotRecomputable: where the tree is larger than ``MAX_SIZE``.
    """

    def __init__(self, tree: Node) -> None:
        self.size = size(tree)
        if self.size > MAX_SIZE:
            raise NotRecomputable(f"a pattern of more than {MAX_SIZE:,} states")
        self._code: list[Instruction] = [Split(())]
        self._sets: dict[Bounds, int] = {}
        self._start = self._compile(tree, 0)
        self._targets: dict[str, list[tuple[int, ...]]] = {}
        self._forget()

    def first_end(self, text: str) -> int | None:
        """Return the least end of any match in the text, or None where there is no match.

        Raises:
            NotRecomputable: where pattern and text together are beyond ``MAX_WORK``.
        """
        if self.size * len(text) > MAX_WORK:
            raise NotRecomputable(f"pattern × text of more than {MAX_WORK:,} steps")
        state = self._state({self._start}, None)
        for at, char in enumerate(chain(text, [""])):
            state = state.steps.get(char) or self._step(state, char)
            if state is _FOUND:
                return at
        return None

    def _compile(self, node: Node, then: int) -> int:
        """Add the instructions that match ``node`` and go on to ``then``; return the first one."""
        match node:
            case Chars(bounds):
                return self._add(Read(self._sets.setdefault(bounds, len(self._sets)), then))
            case Anchor(kind):
                return self._add(Assert(kind, then))
            case Sequence(nodes):
                for part in reversed(nodes):
                    then = self._compile(part, then)
                return then
            case Either(options):
                return self._add(Split(tuple(self._compile(each, then) for each in options)))
            case Repeat():
                return self._repeat(node, then)

    def _repeat(self, node: Repeat, then: int) -> int:
        required = node.low
        if node.high is None:
            loop = self._add(Split(()))
            body = self._compile(node.node, loop)
            self._code[loop] = Split((body, then))
            then, required = (body, required - 1) if required else (loop, 0)
        else:
            for _ in range(node.high - node.low):
                then = self._add(Split((self._compile(node.node, then), then)))
        for _ in range(required):
            then = self._compile(node.node, then)
        return then

    def _add(self, instruction: Instruction) -> int:
        self._code.append(instruction)
        return len(self._code) - 1

    def _step(self, state: "_State", char: str) -> "_State":
        """Compute what follows ``state`` over ``char`` ("" at the end), and remember it."""
        reached = self._closure(state, char)
        if 0 in reached:
            after = _FOUND
        elif not char:
            after = state
        else:
            held = [holds(bounds, char) for bounds in self._sets]
            waiting = map(self._code.__getitem__, reached)
            core = {each.then for each in waiting if type(each) is Read and held[each.number]}
            after = self._state(core | {self._start}, _is_word(char))
        state.steps[char] = after
        self._room -= 1
        return after

    def _closure(self, state: "_State", char: str) -> set[int]:
        """All instructions that are reached before ``char`` is read."""
        targets = self._targets_where(_anchors(state.word_before, char))
        reached = set(state.core)
        todo = list(reached)
        while todo:
            for target in targets[todo.pop()]:
                if target not in reached:
                    reached.add(target)
                    todo.append(target)
        return reached

    def _targets_where(self, anchors: str) -> list[tuple[int, ...]]:
        """Where each instruction goes on to, without reading, at places of these kinds."""
        if anchors not in self._targets:
            self._targets[anchors] = [_targets(each, anchors) for each in self._code]
        return self._targets[anchors]

    def _state(self, core: set[int], word_before: bool | None) -> "_State":
        if self._room < 0:
            self._forget()
        key = (frozenset(core), word_before)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = _State(*key)
            self._room -= len(core)
        return state

    def _forget(self) -> None:
        self._states: dict[tuple[frozenset[int], bool | None], _State] = {}
        self._room = MAX_REMEMBERED


@dataclass(slots=True, eq=False)
class _State:
    """Instructions that wait for a code point; whether a word is before it (None: the start)."""

    core: frozenset[int]
    word_before: bool | None
    steps: "dict[str, _State]" = field(default_factory=dict["str", "_State"])


_FOUND: Final = _State(frozenset(), None)


def _targets(instruction: Instruction, anchors: str) -> tuple[int, ...]:
    match instruction:
        case Split(targets):
            return targets
        case Assert(kind, then) if kind in anchors:
            return (then,)
        case _:
            return ()


def _is_word(char: str) -> bool:
    return char != "" and holds(CLASSES["w"], char)


def _anchors(word_before: bool | None, char: str) -> str:
    """The anchors that hold before ``char``."""
    edge = "b" if bool(word_before) != _is_word(char) else "B"
    return edge + ("^" if word_before is None else "") + ("" if char else "$")
