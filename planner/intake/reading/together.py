"""All sheets read together: each says what the others' labels, machines and products are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.intake.reading.kinds import Tried, known_values, tried
from planner.intake.reading.laid_out import LaidOut
from planner.intake.reading.matrix_labels import matrix_labels
from planner.intake.reading.tried_column import Surroundings

KINDS = (
    *("orders", "routes", "machines", "changeovers", "calendars", "durations", "eligibility"),
    *("waits", "upkeep", "resources", "needs"),
)
# Below this a sheet holds hardly anything of the kind.
LEAST_SCORE = 5.0
# A second kind this near the first is asked about.
NEAR = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A sheet tried as each kind: `tries` by kind, `ranked` with the likeliest first."""

    laid: LaidOut
    tries: Mapping[str, Tried]
    ranked: tuple[str, ...]
    is_matrix: bool = False

    @property
    def kind(self) -> str:
        """Return the likeliest kind; "" where none is likely enough."""
        if self.is_matrix:
            return "matrix"
        return self.ranked[0] if self.ranked and self.score >= self._least else ""

    @property
    def _least(self) -> float:
        """Return how likely the kind must be: more where the name of the sheet says otherwise."""
        titles = self.laid.title_kinds
        otherwise = max(titles.get(name, 0.0) for name in ("settings", "report", "other"))
        own = max((titles.get(kind, 0.0) for kind in KINDS), default=0.0)
        return LEAST_SCORE + 10.0 * max(0.0, otherwise - own)

    @property
    def score(self) -> float:
        """Return the points of the likeliest kind."""
        return self.tries[self.ranked[0]].score if self.ranked else 0.0

    @property
    def is_close(self) -> bool:
        """Return whether a second kind is nearly as likely as the first."""
        if self.is_matrix or len(self.ranked) < 2 or not self.kind:
            return False
        if self.ranked[:2] == ("orders", "routes") and self._has_dated_orders:
            return False
        if set(self.ranked[:2]) == {"resources", "needs"}:
            return False  # both become resources and needs, whichever it is
        return self.tries[self.ranked[1]].score > NEAR * self.score

    @property
    def _has_dated_orders(self) -> bool:
        """Return whether there are orders with a date: a table of routes alone has none."""
        return {"order_id", "due"} <= set(self.tries["orders"].found.values())


def weighed(laids: Sequence[LaidOut]) -> list[Weighed]:
    """Return each sheet tried as each kind, with what the others hold taken into account."""
    alone = [_weighed(laid, Surroundings()) for laid in laids]
    if len(laids) == 1:
        around = _around(alone, 0, own=True)
        return [_weighed(laids[0], around)] if around.orders else alone
    return [_weighed(laid, _around(alone, place)) for place, laid in enumerate(laids)]


def _weighed(laid: LaidOut, around: Surroundings) -> Weighed:
    tries = {kind: tried(laid, kind, around) for kind in KINDS}
    ranked = sorted((k for k in KINDS if tries[k].score > 0), key=lambda k: -tries[k].score)
    return Weighed(
        laid=laid,
        tries=tries,
        ranked=tuple(ranked),
        is_matrix=bool(matrix_labels(laid)),
    )


_HOLD: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "machines": {"machines": ("machine_id",)},
    "changeovers": {"families": ("from", "to"), "machines": ("machine",)},
    "durations": {"machines": ("machine_id",), "products": ("product",)},
    "eligibility": {"machines": ("machine_id",), "products": ("product",)},
    "routes": {
        "machines": ("eligible_machines",),
        "products": ("product",),
        "steps": ("operation",),
    },
    "calendars": {"calendars": ("calendar",)},
    "waits": {},
    "upkeep": {"machines": ("machine",)},
    "resources": {},
    "needs": {},
    "orders": {
        "orders": ("order_id",),
        "products": ("product",),
        "machines": ("eligible_machines", "current_machine"),
        "steps": ("operation",),
    },
}


def _around(alone: Sequence[Weighed], place: int, *, own: bool = False) -> Surroundings:
    """Return what the sheets other than the one at `place` hold; `own` is for one that is alone."""
    found: dict[str, set[str]] = {}
    for at, one in enumerate(alone):
        if at == place and not own:
            continue
        if one.is_matrix:
            found.setdefault("families", set()).update(matrix_labels(one.laid))
            continue
        reading = one.tries.get(one.kind)
        if reading is None:
            continue
        for what, fields in _HOLD[one.kind].items():
            if own and what != "orders":
                continue
            for column, name in reading.found.items():
                if name in fields and _is_sure(reading, column):
                    found.setdefault(what, set()).update(known_values(one.laid.profiles[column]))
    return Surroundings(**{what: frozenset(values) for what, values in found.items()})


def _is_sure(reading: Tried, column: int) -> bool:
    return reading.heard[column].get(reading.found[column], 0.0) > 0.4 or reading.structure > 4
