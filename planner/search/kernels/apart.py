"""Parts of a move that only machines on their own have: dealing operations out, and mending.

Where machines depend on each other every batch that is dealt anew may start others anew, and most
moves are refused before that would pay. So the kernels of a `CoupledState` hold no trace of them,
which spares a third of what compiling them takes.
"""

from typing import Any

from numba.extending import overload

from planner.search.kernels.coupled import CoupledState
from planner.search.kernels.dealing import deal_out
from planner.search.kernels.mending import mend
from planner.search.kernels.settling import is_coupled


def deal_out_apart(s: Any, limit: Any) -> bool:
    """Deal the operations of the marked batches out anew, see `dealing`; True where none are."""
    return isinstance(s, CoupledState) or bool(deal_out(s, limit))


@overload(deal_out_apart, strict=False)
def _deal_out_apart(s: Any, limit: Any) -> Any:
    return (lambda s, limit: True) if is_coupled(s) else (lambda s, limit: deal_out(s, limit))


def mend_apart(s: Any, style: Any) -> None:
    """Mend the gaps that a move leaves between changeovers, see `mending`."""
    if not isinstance(s, CoupledState):
        mend(s, style)


@overload(mend_apart, strict=False)
def _mend_apart(s: Any, style: Any) -> Any:
    return (lambda s, style: None) if is_coupled(s) else (lambda s, style: mend(s, style))
