"""What comes up while a scenario is read: findings, and what is taken for granted."""

from collections import Counter
from dataclasses import replace

from planner.errors import Finding, Severity

# A file in the wrong format has the same fault in every row; so many of them are told.
FAULTS_TOLD = 100


class Notes:
    """Collects findings and assumptions while a scenario is read."""

    def __init__(self) -> None:
        self.assumptions: list[str] = []
        self._findings: list[Finding] = []
        self._count: Counter[tuple[str, str, str]] = Counter()

    def add(self, finding: Finding) -> None:
        """Keep `finding`, unless the same fault was told often enough."""
        kind = (finding.rule, finding.file, finding.column)
        self._count[kind] += 1
        if self._count[kind] <= FAULTS_TOLD:
            self._findings.append(finding)

    def warn(self, finding: Finding) -> None:
        """Keep `finding` as a warning; what it says is also an assumption."""
        self.add(replace(finding, severity=Severity.WARNING))
        place = f"{finding.file}: " if finding.file else ""
        self.assumptions.append(f"{place}{finding.message}")

    def assume(self, text: str, *, first: bool = False) -> None:
        """Keep what was not given and is taken for granted; some must be read before all else."""
        self.assumptions.insert(0 if first else len(self.assumptions), text)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all findings; of a fault in very many rows the first ones and a count."""
        rest = (
            Finding(
                rule=rule,
                file=file,
                column=column,
                message=f"{count - FAULTS_TOLD} more rows have the same fault",
                hint="Put the first ones right; the others are likely to have the same cause.",
            )
            for (rule, file, column), count in self._count.items()
            if count > FAULTS_TOLD
        )
        return (*self._findings, *rest)

    @property
    def failed(self) -> bool:
        """Return whether anything was found that stops the scenario."""
        return any(finding.severity == Severity.ERROR for finding in self._findings)


def some(names: list[str], most: int = 5) -> str:
    """Return the first names in words.

    >>> some(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def counted(count: int, singular: str) -> str:
    """Return a count and its noun.

    >>> counted(1, "order"), counted(2, "order")
    ('1 order', '2 orders')
    """
    return f"{count} {singular}" + ("" if count == 1 else "s")
