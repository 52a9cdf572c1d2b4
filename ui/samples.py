"""What the sample scenarios are about, in a sentence or two each."""

from collections.abc import Mapping
from typing import NamedTuple


class Sample(NamedTuple):
    """How a sample is introduced; `icon` is the name of a Material symbol."""

    title: str
    story: str
    icon: str


SAMPLES: Mapping[str, Sample] = {
    "denim": Sample(
        "Denim finishing",
        "150 orders on two dye lines and two cutting tables. Light to dark is almost free; "
        "dark to light boils the lines out for two and a half hours.",
        "checkroom",
    ),
    "heat-treatment": Sample(
        "Heat treatment",
        "120 orders for three furnaces that take whole charges by weight and trays, day and night. "
        "One loader on two shifts fills and empties them; after 20 charges they are cleaned.",
        "local_fire_department",
    ),
    "bottling": Sample(
        "Bottling",
        "200 orders on four lines. Fragrance and allergens both decide how long a line is rinsed, "
        "and somebody has a sequence already.",
        "water_bottle",
    ),
    "enamel": Sample(
        "Enamel",
        "100 orders through two tunnel furnaces: hangers enter as soon as there is room, "
        "as long as the colour stays the same.",
        "format_paint",
    ),
    "jeans": Sample(
        "Jeans",
        "100 orders are cut, dyed, sewn and finished in lots of at most 500: "
        "colours meet at the vats without holding each other up.",
        "apparel",
    ),
    "paint-shop": Sample(
        "Paint shop",
        "120 orders get base coat, top coat and cure. The base coat dries for two hours "
        "and must be covered within eight.",
        "imagesearch_roller",
    ),
    "moulding": Sample(
        "Moulding",
        "120 orders on eight presses that run through the night, with 25 moulds and two setters "
        "who go home at ten. PVC and POM must never follow each other.",
        "precision_manufacturing",
    ),
    "tiny-route": Sample(
        "Tiny route",
        "6 orders through table, vat and line: small enough to follow by hand.",
        "conversion_path",
    ),
    "tiny": Sample(
        "Tiny paint shop",
        "12 orders, 2 lines, 4 colours: small enough to check by hand.",
        "brush",
    ),
}
