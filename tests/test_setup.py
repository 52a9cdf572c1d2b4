"""What is installed is pinned with hashes, all of it, and listed."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")


def pinned(name: str) -> dict[str, str]:
    """Return the version of each package in a file; those without a hash fail."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in lines:
        assert re.match(r"^[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line[:80]
    return {
        package.split("[")[0].lower(): version
        for package, version in (line.split()[0].split("==") for line in lines)
    }


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_one_version_and_hashes(name: str) -> None:
    assert pinned(name)
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_installer_and_the_build_are_pinned_too() -> None:
    build = pinned("requirements-build.txt")
    assert build.keys() == {"uv", "setuptools"}
    assert build["setuptools"] == pinned("requirements-dev.txt")["setuptools"]


def test_nothing_is_installed_without_hashes_but_this_project() -> None:
    script = (ROOT / ".ci" / "environment").read_text(encoding="utf-8").replace("\\\n", " ")
    installs = [line for line in script.splitlines() if "pip install" in line and "say" not in line]
    assert len(installs) >= 4
    for line in installs:
        own = "--no-deps" in line and "--no-build-isolation" in line and "--editable ." in line
        assert own or "--require-hashes" in line, line.strip()


def test_the_list_of_components_is_that_of_the_installation() -> None:
    document = json.loads((ROOT / "sbom.json").read_text(encoding="utf-8"))
    listed = {item["name"].lower(): item["version"] for item in document["components"]}
    assert listed == pinned("requirements.txt")
