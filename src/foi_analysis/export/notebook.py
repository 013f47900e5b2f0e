"""Notebooks: where they lie, the report they rest on, one language of them, and how they are run."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode

from foi_analysis.resources import KEPT, LANGUAGES, MOMENT, Language, Told

PARAMETERS = "parameters"
_PANEL = re.compile(r"^PANEL\s*=.*$", re.MULTILINE)
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_PACKAGE = Path(__file__).resolve().parents[1]
#: Notebooks that students fill in: they are handed out as they are, and never run for the exports.
_EXERCISES = "*_exercises.ipynb"
_ASSIGNED = re.compile(r"^REPORT\s*=\s*(.+)$", re.MULTILINE)


class ExportError(ValueError):
    """A page that cannot be made: the message says which notebook, which cell, why, and what to do."""


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook. Raises OSError when it cannot be opened, ExportError when it is no notebook."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (ValueError, KeyError, AttributeError) as error:
        raise ExportError(Told("errors.no_notebook", name=path.name, error=error)) from error
    return notebook


def one_language(notebook: NotebookNode, language: Language) -> NotebookNode:
    """Return a copy without the Markdown cells that are tagged as another language."""
    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    kept, _ = TagRemovePreprocessor(remove_cell_tags=others).preprocess(deepcopy(notebook), {})
    return cast(NotebookNode, kept)


def with_parameters(
    notebook: NotebookNode, report: str, language: Language, supplied: str | None = None
) -> NotebookNode:
    """Return a copy whose ``parameters`` cell names this report, the values supplied for it, and the language.

    A notebook about a panel keeps its panel. Raises ExportError unless just one cell carries that tag.
    """
    copy = deepcopy(notebook)
    marked = _parameters(copy)
    if len(marked) != 1:
        raise ExportError(Told("errors.tagged", n=len(marked), tag=PARAMETERS))
    panel = _PANEL.search(marked[0].source)
    subject = panel[0] if panel else f"REPORT = {report!r}\nSUPPLIED = {supplied!r}"
    marked[0].source = f"{subject}\nLANGUAGE = {language!r}"
    return copy


def in_parameters(notebook: NotebookNode, name: str, value: str) -> NotebookNode:
    """Return a copy whose ``parameters`` cells assign this value to a name, where they assign to it."""
    copy = deepcopy(notebook)
    assigned = re.compile(rf"^{re.escape(name)}\s*=.*$", re.MULTILINE)
    for cell in _parameters(copy):
        cell.source = assigned.sub(lambda _: f"{name} = {value!r}", cell.source)
    return copy


def title_of(notebook: NotebookNode, language: Language) -> str:
    """Return the notebook's title in one language: its first heading. Raises ExportError when it has none."""
    for cell in one_language(notebook, language).cells:
        found = _TITLE.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            return found[1]
    raise ExportError(Told("errors.no_title", language=language))


def _parameters(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells tagged ``parameters``."""
    return [cell for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", ())]


@dataclass(frozen=True, slots=True)
class Project:
    """A checkout of this project."""

    root: Path

    @property
    def notebooks(self) -> tuple[Path, ...]:
        """The notebooks that exports are made of, in the order of their numbers; without exercises."""
        return _notebooks(self.root / "notebooks")

    @property
    def report(self) -> Path:
        """The report that the notebooks name. Raises ExportError when they name none."""
        return (self.root / "notebooks" / _named(self.notebooks[0])).resolve()


def find_project(start: Path) -> Project:
    """Find the project around a folder, or the one that the package lies in. Raises ExportError when there is none."""
    for folder in (start.resolve(), *start.resolve().parents, _PACKAGE.parents[1]):
        if is_project(folder):
            return Project(folder)
    raise ExportError(Told("errors.no_project"))


def is_project(folder: Path) -> bool:
    """Check whether a folder is a checkout of this project."""
    return (folder / "src/foi_analysis").is_dir() and (folder / "notebooks").is_dir() and (folder / "data/raw").is_dir()


def packaged_notebooks() -> tuple[Path, ...]:
    """Return the notebooks that a report is exported with: those in the package, or in its checkout.

    Those about a panel are left out.

    Raises ExportError when there are none.
    """
    carried = _PACKAGE / "notebooks"
    found = _notebooks(carried if carried.is_dir() else _PACKAGE.parents[1] / "notebooks")
    return tuple(path for path in found if not about_a_panel(path))


def about_a_panel(notebook: Path) -> bool:
    """Check whether a notebook is about a panel: its parameters name one, and no report."""
    sources = [cell.source for cell in _parameters(read_notebook(notebook))]
    return any(_PANEL.search(source) and not _ASSIGNED.search(source) for source in sources)


def _notebooks(folder: Path) -> tuple[Path, ...]:
    found = tuple(sorted(path for path in folder.glob("*.ipynb") if not path.match(_EXERCISES)))
    if not found:
        raise ExportError(Told("errors.no_notebooks", folder=folder.name))
    return found


def _named(notebook: Path) -> str:
    """Read the report's path from a notebook's parameters."""
    for cell in _parameters(read_notebook(notebook)):
        found = _ASSIGNED.search(cell.source)
        if found:
            return str(ast.literal_eval(found[1].strip()))
    raise ExportError(Told("errors.no_report_set", name=notebook.name, tag=PARAMETERS))


# ---- running, in a kernel that sees nothing of the person, the place or the time ----


#: The same for every kernel, whatever the machine says: so that outputs are the same bytes everywhere.
_FIXED = {
    "LC_ALL": "C.UTF-8",
    "MATPLOTLIBRC": os.devnull,
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": str(int(MOMENT.timestamp())),
    "TZ": "UTC",
}
_DROPPED = ("PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONINSPECT")
#: Figures come as drawings, in which letters are text.
_SETTINGS = ("--InlineBackend.figure_formats={'svg'}",)
_START_SECONDS = 120
#: Sockets in the file system need no network, not even the machine's own; their paths must be short.
_SOCKET_PATH = 90

Warned = Callable[[str], None]


async def execute(
    notebooks: Sequence[NotebookNode], name: str, folder: Path, warned: Warned, kept: Path | None = None
) -> list[NotebookNode]:
    """Run the editions of a notebook one after the other in ``folder``, and return them with their rich outputs.

    They share a kernel, which no other notebook sees: starting it takes as long as running one edition. ``name`` names
    the notebook in messages; what its cells write to standard error is handed to ``warned``, line by line, and not
    kept. The kernel saves the figures of the package that it shows, with their data, in the folder ``kept``.
    Raises ExportError, which names the cell, when one fails or the kernel dies.
    """
    manager = _manager(folder)
    clients = [NotebookClient(one, km=manager, record_timing=False) for one in notebooks]
    try:
        await _run(clients, manager, folder, {KEPT: str(kept)} if kept else {})
    except CellExecutionError as error:
        raise _cell_failed(name, _failed(notebooks), error) from error
    except (DeadKernelError, RuntimeError) as error:
        if _cancelled():  # to nbclient a run that is called off is a kernel that died
            raise asyncio.CancelledError from error
        raise ExportError(Told("errors.no_kernel", name=name, error=_one_line(error))) from error
    for cell in (cell for notebook in notebooks for cell in notebook.cells):
        _tidy(cell, name, warned)
    return list(notebooks)


async def _run(
    clients: Sequence[NotebookClient], manager: AsyncKernelManager, folder: Path, beside: Mapping[str, str]
) -> None:
    """Run each cell of each client's notebook in one new kernel, and end the kernel whatever happens.

    ``beside`` is what its environment has beside what each kernel's has.

    ``NotebookClient.async_execute`` would do, but for taking the keyboard's interrupt for itself, and for freeing the
    sockets under a heartbeat that has just begun.
    """
    await manager.start_kernel(env={**environment(folder), **beside}, cwd=str(folder), stderr=subprocess.DEVNULL)
    channels = manager.client()
    try:
        channels.start_channels()
        await channels.wait_for_ready(timeout=_START_SECONDS)
        channels.allow_stdin = False
        for client in clients:
            client.kc = channels
            for index, cell in enumerate(client.nb.cells):
                await client.async_execute_cell(cell, index)
    finally:  # the channels first: their heartbeat, a thread, takes a socket of the manager's as it begins
        channels.stop_channels()
        await manager.shutdown_kernel(now=True)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a kernel: this process's own, with everything that could change an output fixed."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return {**kept, **_FIXED, "IPYTHONDIR": str(folder / "ipython")}


def _manager(folder: Path) -> AsyncKernelManager:
    """Return a kernel manager for this interpreter, whatever kernels are installed."""

    class OwnInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *_SETTINGS]
            return KernelSpec(argv=argv, display_name=kernel_name, language="python")

    connection = str(folder / f"{uuid.uuid4().hex[:12]}.json")
    sockets = os.name == "posix" and len(connection) < _SOCKET_PATH
    kinds = {"transport": "ipc"} if sockets else {}
    return AsyncKernelManager(kernel_spec_manager=OwnInterpreter(), connection_file=connection, **kinds)


def _tidy(cell: NotebookNode, name: str, warned: Warned) -> None:
    """Keep of a cell's outputs what a page shows: nothing that counts, times or warns.

    Raises ExportError when a result could not be shown or kept: to a kernel the cell has not failed then.
    """
    if cell.cell_type != "code":
        return
    cell.execution_count = None
    for output in cell.outputs:
        if output.output_type == "error":
            raise _cell_failed(name, cell.id, output)
        if output.output_type == "stream" and output.name == "stderr":
            for line in output.text.splitlines():
                warned(Told("errors.cell_warned", name=name, cell=cell.id, line=line))
        if "execution_count" in output:
            output.execution_count = None
        if "data" in output and len(output.data) > 1:
            output.data.pop("text/plain", None)
    cell.outputs = [o for o in cell.outputs if not (o.output_type == "stream" and o.name == "stderr")]


def _cell_failed(name: str, cell: str, error: CellExecutionError | NotebookNode) -> ExportError:
    return ExportError(Told("errors.cell_failed", name=name, cell=cell, error=f"{error.ename}: {error.evalue}"))


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _failed(notebooks: Sequence[NotebookNode]) -> str:
    for cell in (cell for notebook in notebooks for cell in notebook.cells):
        if any(output.output_type == "error" for output in cell.get("outputs", ())):
            return str(cell.id)
    return "?"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
