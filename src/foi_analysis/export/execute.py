"""Run a notebook in a kernel of its own, which sees nothing of the person, the place or the time."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from foi_analysis.export.notebook import ExportError
from foi_analysis.resources import MOMENT

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


async def execute(notebooks: Sequence[NotebookNode], name: str, folder: Path, warned: Warned) -> list[NotebookNode]:
    """Run the editions of a notebook one after the other in ``folder``, and return them with their rich outputs.

    They share a kernel, which no other notebook sees: starting it takes as long as running one edition. ``name`` names
    the notebook in messages; what its cells write to standard error is handed to ``warned``, line by line, and not
    kept. Raises ExportError, which names the cell, when one fails or the kernel dies.
    """
    manager = _manager(folder)
    clients = [
        NotebookClient(one, km=manager, record_timing=False, startup_timeout=_START_SECONDS) for one in notebooks
    ]
    try:
        await _run(clients, manager, folder)
    except CellExecutionError as error:
        raise ExportError(f"{name}, cell {_failed(notebooks)!r}: {error.ename}: {error.evalue}") from error
    except (DeadKernelError, RuntimeError) as error:
        if _cancelled():  # to nbclient a run that is called off is a kernel that died
            raise asyncio.CancelledError from error
        raise ExportError(f"{name}: the notebook's kernel could not run ({_one_line(error)}); try again") from error
    for notebook in notebooks:
        for cell in notebook.cells:
            _tidy(cell, name, warned)
    return list(notebooks)


async def _run(clients: Sequence[NotebookClient], manager: AsyncKernelManager, folder: Path) -> None:
    """Run each cell of each client's notebook in one new kernel, and end the kernel whatever happens.

    ``NotebookClient.async_execute`` would do, but for taking the keyboard's interrupt for itself.
    """
    first = clients[0]
    await first.async_start_new_kernel(env=environment(folder), cwd=str(folder), stderr=subprocess.DEVNULL)
    try:
        channels = await first.async_start_new_kernel_client()
        for client in clients:
            client.kc = channels
            for index, cell in enumerate(client.nb.cells):
                await client.async_execute_cell(cell, index)
    finally:
        if first.kc:
            first.kc.stop_channels()
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
    """Keep of a cell's outputs what a page shows: nothing that counts, times or warns."""
    if cell.cell_type != "code":
        return
    cell.execution_count = None
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            for line in output.text.splitlines():
                warned(f"{name}, cell {cell.id!r}: {line}")
        if "execution_count" in output:
            output.execution_count = None
        if "data" in output and len(output.data) > 1:
            output.data.pop("text/plain", None)
    cell.outputs = [o for o in cell.outputs if not (o.output_type == "stream" and o.name == "stderr")]


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
