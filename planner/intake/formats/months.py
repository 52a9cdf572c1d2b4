"""Months by name, in all languages known."""

from planner.intake.headings.lexicon import lexicon

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner jaenner janvier janv ene enero",
            "feb february februar février fevrier févr fév fev febrero",
            "mar march mär märz maerz mrz mars marzo",
            "apr april avr avril abr abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juil juillet julio",
            "aug august août aout ago agosto",
            "sep sept september septembre septiembre set setiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember déc dec décembre decembre dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}


_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)


def month_of(word: str) -> int | None:
    """Return the month a word names, in any of the languages known; None if it names none.

    >>> month_of("Okt"), month_of("Sometimes")
    (10, None)
    """
    known = MONTHS.get(word.casefold())
    if known is not None:
        return known
    name = lexicon().value("months", word.strip(" ."))
    return _MONTH_NAMES.index(name) + 1 if name in _MONTH_NAMES else None
