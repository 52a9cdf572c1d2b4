"""What a batch waits for because machines share: whoever gives back what it takes, when it does."""

from planner.arrays import NONE
from planner.search.kernels.chance import below
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import CoupledState
from planner.search.kernels.profile import first_span
from planner.search.kernels.shared_state import (
    LONGEST_SPAN,
    NODE,
    NODE_LIST,
    NODE_NEXT,
    NODE_SPAN,
    NODE_WIDTH,
    OWN,
    OWN_NODES,
    OWN_WIDTH,
    PLACE,
    RESOURCES,
    SPAN_AMOUNT,
    SPAN_COUNT,
    SPAN_END,
    SPAN_FIRST,
    SPAN_OWNER,
    SPAN_START,
    SPAN_WIDTH,
)


@inner
def waits_for(s: CoupledState, b: int) -> int:
    """Return a batch that gives back what batch `b` takes at the moment when it takes it, or NONE.

    Only what comes before it in the line can keep it waiting.
    """
    x = s.shared
    found, count = int(NONE), 0
    node = x[x[OWN] + OWN_WIDTH * b + OWN_NODES]
    while node != NONE:
        at = x[NODE] + NODE_WIDTH * node
        q, moment = x[at + NODE_LIST], x[at + NODE_SPAN + SPAN_START]
        r = q if q < x[RESOURCES] else q - x[RESOURCES]
        if x[at + NODE_SPAN + SPAN_AMOUNT] > 0:
            span = first_span(s, r, moment - x[x[LONGEST_SPAN] + r])
            last = x[x[SPAN_FIRST] + r] + SPAN_WIDTH * x[x[SPAN_COUNT] + r]
            while span < last and x[span + SPAN_START] < moment:
                c = x[span + SPAN_OWNER]
                if x[span + SPAN_END] == moment and x[x[PLACE] + c] < x[x[PLACE] + b]:
                    count += 1
                    if below(s, count) == 0:
                        found = c
                span += SPAN_WIDTH
            held = first_span(s, r + x[RESOURCES], moment)
            last = x[x[SPAN_FIRST] + r + x[RESOURCES]]
            last += SPAN_WIDTH * x[x[SPAN_COUNT] + r + x[RESOURCES]]
            while held < last and x[held + SPAN_START] == moment:
                c = x[held + SPAN_OWNER]
                if x[held + SPAN_AMOUNT] < 0 and c < s.slots and c != b:
                    count += 1
                    if below(s, count) == 0:
                        found = c
                held += SPAN_WIDTH
        node = x[at + NODE_NEXT]
    return found
