"""The site of the documentation: Markdown pages, and the library's reference from docstrings.

`python -m sphinx docs site` builds it. The tests build it strictly: a broken link, a page that no
menu leads to and a type that is documented nowhere are faults. Nothing is loaded from elsewhere,
so the built pages work without a network.
"""

from typing import Any

from sphinx.application import Sphinx

from planner import __version__

project = "Batch planner"
copyright = "the Batch planner authors"  # noqa: A001 -- Sphinx's name
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
nitpicky = True
# What Python and others document themselves: theirs is not at hand without a network.
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(collections|datetime|decimal|pathlib|zoneinfo|numpy|np|npt|typing|sqlalchemy)\..*",
    ),
    (r"py:.*", r"(argparse|fractions|enum|io|types)\..*"),
    (r"py:.*", r"planner\.domain\.(Int|Float)Array"),
    # What an import looks at on its way; only its answer is for others.
    (r"py:class", r"planner\.intake\..*"),
]

# Headings are link targets; what stands in backticks in a docstring is code, as in Markdown.
myst_heading_anchors = 3
default_role = "code"

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
autodoc_default_options = {"members": True}

html_theme = "furo"
html_title = f"Batch planner {version}"
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}


def setup(app: Sphinx) -> None:
    """Have signatures read as Python where a field's default is made anew for each object."""
    app.connect("autodoc-process-signature", _without_factories)


def _without_factories(*event: Any) -> tuple[str | None, str | None]:
    signature, returned = event[-2:]
    return signature and signature.replace("<factory>", "..."), returned
