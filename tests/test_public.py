import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import foi_analysis

ROOT = Path(__file__).resolve().parent.parent


def test_dir_shows_exactly_the_public_names() -> None:
    assert [name for name in dir(foi_analysis) if not name.startswith("__")] == sorted(
        name for name in foi_analysis.__all__ if not name.startswith("__")
    )


def test_type_checkers_see_the_names_that_are_imported_late() -> None:
    tree = ast.parse(Path(foi_analysis.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = [(name.name, node.module) for node in block.body if isinstance(node, ast.ImportFrom) for name in node.names]
    homes = {
        name: "foi_analysis" if home == name else f"foi_analysis.{home}" for name, home in foi_analysis._HOME.items()
    }
    assert sorted(seen) == sorted(homes.items())


def test_no_module_has_the_name_of_a_public_function() -> None:
    modules = {module.name for module in pkgutil.iter_modules(foi_analysis.__path__)}
    functions = {name for name in foi_analysis.__all__ if not inspect.ismodule(getattr(foi_analysis, name))}
    assert not modules & functions


@pytest.mark.parametrize("name", sorted({*foi_analysis.__all__} - {"__version__"}))
def test_every_public_name_is_documented_with_an_example(name: str) -> None:
    told = inspect.getdoc(getattr(foi_analysis, name)) or ""
    assert told.splitlines()[0].endswith(".")
    assert "Examples\n--------\n" in told or not inspect.isfunction(getattr(foi_analysis, name)), name


def test_the_examples_of_all_public_names_give_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    tried = 0
    for name in ("foi_analysis", *(f"foi_analysis.{home}" for home in sorted({*foi_analysis._HOME.values()}))):
        home = importlib.import_module(name)
        result = doctest.testmod(home, optionflags=doctest.NORMALIZE_WHITESPACE)
        assert result.failed == 0, home.__name__
        tried += result.attempted
    assert tried > 30
    assert foi_analysis.resources.language_of() == "en"


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'foi_analysis' has no attribute 'plots'"):
        foi_analysis.plots  # noqa: B018


def test_extracting_a_text_imports_nothing_heavy_and_nothing_that_draws_exports_or_reaches_the_network(
    reference_path: Path, tmp_path: Path
) -> None:
    arguments = ["extract", str(reference_path), "-o", str(tmp_path / "cells.csv")]
    heavy = {"numpy", "pandas", "matplotlib", "pyarrow", "scipy", "lxml", "pypdfium2"}
    heavy |= {"nbconvert", "nbclient", "nbformat", "IPython", "urllib3", "requests"}
    source = f"from foi_analysis.cli import main; import sys; main({arguments}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert heavy & set(done.stdout.split()) == set()


def test_what_is_added_to_one_environment_asks_for_the_same_versions() -> None:
    asked: dict[str, set[frozenset[str]]] = {}
    for lock in ("requirements.lock", "requirements-dev.lock", "docs/requirements.lock", "tests/ocr/requirements.lock"):
        text = (ROOT / lock).read_text("utf-8")
        for name in set(re.findall(r"^([\w.-]+)(?:\[|==)", text, re.MULTILINE)):
            found = re.findall(rf"^{re.escape(name)}(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE)
            asked.setdefault(name, set()).add(frozenset(found))
    assert len(asked) > 150
    assert {name: versions for name, versions in asked.items() if len(versions) > 1} == {}
