"""Findings of one kind as one line, with their count and their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.errors import Finding, Severity

_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Findings of one rule on one column of one file; `rows` are theirs, in order."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """Return the first of the findings: its message stands for all."""
        return self.findings[0]

    @property
    def severity(self) -> Severity:
        """Return how much each of them stops."""
        return self.first.severity

    @property
    def rows(self) -> tuple[int, ...]:
        """Return the rows of the file that the findings are about."""
        return tuple(f.row for f in self.findings if f.row is not None)

    def __str__(self) -> str:
        """Return the findings in one line."""
        if len(self.findings) == 1:
            return str(self.first)
        first = self.first
        listed = ", ".join(map(str, self.rows[:_LISTED]))
        more = f" and {len(self.rows) - _LISTED} more" if len(self.rows) > _LISTED else ""
        where = ", ".join(part for part in (first.file, first.column) if part)
        rows = f" in rows {listed}{more}" if listed else ""
        return f"{where}: {len(self.findings)} times{rows}: {first.message} {first.hint}".strip()


def grouped(findings: Iterable[Finding]) -> Sequence[FindingGroup]:
    """Return the findings by file, rule and column, in the order in which each kind comes first."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.file, finding.rule, finding.column, finding.severity)
        groups.setdefault(key, []).append(finding)
    return [FindingGroup(findings=tuple(group)) for group in groups.values()]
