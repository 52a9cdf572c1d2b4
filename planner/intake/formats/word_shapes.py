"""What looks like a shape that a user wrote: found in one pass, however long shape and text are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ENDS = frozenset(" \t\r\n\f\v,;:/|()[]")


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign of a shape: which letters it takes, and whether any number of them."""

    takes: Callable[[str], bool]
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape such as `R-###`: `?` a letter or digit, `#` a digit, `*` the rest of a word."""

    parts: tuple[_Sign, ...]

    def find(self, text: str) -> str:
        """Return the first longest part of `text` that has the shape; "" if none has.

        It begins and ends where no letter or digit goes on. All places where it may have begun
        are followed at once, so that a text costs its length times that of the shape.

        >>> shape_of("R-##*").find("film r-12b clear")
        'r-12b'
        """
        begun: list[int | None] = [None] * (len(self.parts) + 1)
        best: tuple[int, int] | None = None
        for place in range(len(text) + 1):
            if best is None and begun[0] is None and _is_edge(text, place - 1):
                begun[0] = place
            self._skip(begun)
            start = begun[-1]
            if start is not None and start < place and _is_edge(text, place):
                best = (start, place) if best is None or start <= best[0] else best
            if place < len(text):
                begun = self._taken(begun, text[place], best)
            if best is not None and all(known is None for known in begun):
                break
        return "" if best is None else text[best[0] : best[1]]

    def _skip(self, begun: list[int | None]) -> None:
        """Let a part that may be there any number of times be there not at all."""
        for place, part in enumerate(self.parts):
            if part.repeats:
                begun[place + 1] = _first(begun[place + 1], begun[place])

    def _taken(
        self, begun: Sequence[int | None], letter: str, best: tuple[int, int] | None
    ) -> list[int | None]:
        after: list[int | None] = [None] * len(begun)
        for place, part in enumerate(self.parts):
            start = begun[place]
            if start is None or (best is not None and start > best[0]) or not part.takes(letter):
                continue
            goes_to = place if part.repeats else place + 1
            after[goes_to] = _first(after[goes_to], start)
        return after


def shape_of(pattern: str) -> Shape:
    """Return the shape that a user wrote."""
    return Shape(tuple(_part(sign) for sign in pattern))


def _part(sign: str) -> _Sign:
    if sign == "*":
        return _Sign(lambda letter: letter not in _ENDS and not letter.isspace(), repeats=True)
    if sign == "#":
        return _Sign(str.isdecimal)
    if sign == "?":
        return _Sign(_goes_on)
    same = sign.casefold()
    return _Sign(lambda letter: letter.casefold() == same)


def _goes_on(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _is_edge(text: str, place: int) -> bool:
    return not (0 <= place < len(text) and _goes_on(text[place]))


def _first(one: int | None, two: int | None) -> int | None:
    return two if one is None else one if two is None else min(one, two)
