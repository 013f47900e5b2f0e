import ast
import subprocess
import sys
from pathlib import Path

import pytest

import foi_analysis


def test_dir_shows_exactly_the_public_names() -> None:
    assert [name for name in dir(foi_analysis) if not name.startswith("__")] == sorted(
        name for name in foi_analysis.__all__ if not name.startswith("__")
    )


def test_every_public_name_can_be_imported() -> None:
    assert all(getattr(foi_analysis, name) is not None for name in foi_analysis.__all__)


def test_type_checkers_see_the_names_that_are_imported_late() -> None:
    tree = ast.parse(Path(foi_analysis.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = [(name.name, node.module) for node in block.body if isinstance(node, ast.ImportFrom) for name in node.names]
    assert sorted(seen) == sorted((name, f"foi_analysis.{home}") for name, home in foi_analysis._HOME.items())


def test_a_submodule_does_not_hide_the_function_of_its_name() -> None:
    source = "import foi_analysis.measures, foi_analysis as foi; print(foi.measures.__name__, callable(foi.measures))"
    assert printed(source) == ["measures", "True"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'foi_analysis' has no attribute 'plots'"):
        foi_analysis.plots  # noqa: B018


def test_extracting_a_text_imports_nothing_heavy(reference_path: Path, tmp_path: Path) -> None:
    arguments = ["extract", str(reference_path), "-o", str(tmp_path / "cells.csv")]
    heavy = {"numpy", "pandas", "matplotlib", "pyarrow", "scipy", "lxml", "pypdfium2"}
    source = f"from foi_analysis.cli import main; import sys; main({arguments}); print(*sys.modules)"
    assert heavy & set(printed(source)) == set()


def printed(source: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    return done.stdout.split()
