"""How the cells of one column are written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a column writes its values; what a column does not need is empty.

    `decimal` is the decimal mark. `date_order` is dmy, mdy or ymd. `unit` is the unit of bare
    durations: s, min, h or d; "beside" where quantities have one beside them. `native` is "swap"
    where a spreadsheet exchanged day and month. `whole_days` says that a column has midnight in
    every row and means dates. `decided` says what cells without a time of changeover stand for.
    `factor` is what numbers are to be multiplied by, such as 60 or 1/100. `origin` is the moment
    that dates given as hours or days, in `unit`, count from. `near` is the day that weeks without a
    year are nearest to. `week_begins` says that a week means its first day, not its last.
    """

    decimal: str = ""
    date_order: str = ""
    unit: str = ""
    native: str = ""
    date_1904: bool = False
    whole_days: bool = False
    decided: tuple[tuple[str, str], ...] = ()
    factor: str = ""
    origin: str = ""
    near: str = ""
    week_begins: bool = False
