"""Sample scenarios: synthetic plants, made by `python -m scenarios.generate`."""

from pathlib import Path

SAMPLES = (
    "tiny",
    "denim",
    "heat-treatment",
    "bottling",
    "enamel",
    "jeans",
    "paint-shop",
    "moulding",
    "tiny-route",
)


def sample_path(name: str) -> Path:
    """Return the folder of the sample `name`; KeyError for a name that is not in `SAMPLES`."""
    if name not in SAMPLES:
        raise KeyError(f"no sample {name!r}; there are {', '.join(SAMPLES)}")
    return Path(__file__).parent / name
