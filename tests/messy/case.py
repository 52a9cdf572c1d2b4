"""What a messy file is, and what importing it must give."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Messy:
    """A file, one line on what is wrong with it, and the exact result of importing it.

    `columns` are canonical columns with their cells; `findings` are (rule, row, column);
    `questions` are the keys of all questions; `said` are parts of what must be assumed in words.
    """

    name: str
    says: str
    data: bytes
    kind: str = "orders"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[tuple[str, int | None, str], ...] = ()
    questions: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    is_ready: bool = True
    answers: tuple[tuple[str, str], ...] = ()
