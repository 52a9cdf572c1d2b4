"""The kinds of move, and the layout of the style that says how often each is tried."""

(
    JOIN,
    SWAP_OPERATIONS,
    ALONE,
    MOVE_BATCH,
    SWAP_BATCHES,
    MERGE,
    SPLIT,
    MOVE_RUN,
    REVERSE_RUN,
    TARDY_JOIN,
    TARDY_BATCH,
    MOVE_PAIR,
    CROSS,
    SHIFT_FAMILY,
    EJECT,
    COSTLY_CHANGEOVER,
    WHAT_DELAYS,
) = range(17)

# By kind.
NAMES = (
    "join",
    "swap operations",
    "alone",
    "move batch",
    "swap batches",
    "merge",
    "split",
    "move run",
    "reverse run",
    "tardy join",
    "tardy batch",
    "move pair",
    "cross",
    "shift family",
    "eject",
    "costly changeover",
    "what delays",
)
KINDS = 17

# Places in the style of `anneal`: cumulated shares of the kinds, then of where to put something,
# the rest of which is the ends of machines; then the share of moves of batches that deal out, and
# whether moves mend what they do to changeovers.
PLACE_ANYWHERE, PLACE_BY_FAMILY, PLACE_BY_DUE_DATE, PLACE_CLOSE_BY, DEALING, MENDING = range(
    KINDS, KINDS + 6
)

# The kinds that exchange operations; all others move batches.
OF_OPERATIONS = (JOIN, SWAP_OPERATIONS, TARDY_JOIN, EJECT)
