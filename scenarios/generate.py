"""Write the sample scenarios again, each from its own fixed seed: the same bytes every time."""

from collections.abc import Mapping
from pathlib import Path

from scenarios import SAMPLES
from scenarios.plants import (
    bottling,
    denim,
    enamel,
    heat_treatment,
    jeans,
    moulding,
    paint_shop,
    tiny,
    tiny_route,
)

PLANTS = {
    "tiny": tiny.files,
    "denim": denim.files,
    "heat-treatment": heat_treatment.files,
    "bottling": bottling.files,
    "enamel": enamel.files,
    "jeans": jeans.files,
    "paint-shop": paint_shop.files,
    "moulding": moulding.files,
    "tiny-route": tiny_route.files,
}


def sample_files(name: str) -> Mapping[str, str]:
    """Return the text of each file of the sample `name`."""
    return PLANTS[name]()


def write_samples(folder: Path) -> None:
    """Write every sample as a folder in `folder`, in UTF-8 with Unix line ends."""
    for name in SAMPLES:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file, text in sample_files(name).items():
            (folder / name / file).write_bytes(text.encode())


if __name__ == "__main__":
    write_samples(Path(__file__).parent)
