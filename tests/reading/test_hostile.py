"""Bad and hostile files: one clear line each, within 5 seconds and 500 MB, with nothing fetched or started."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import FILES, W, docx, one_page, special, text_ops, zipped
from pagemaker.printing import mhtml

SECONDS, MEGABYTES = 5.0, 500

pytestmark = pytest.mark.slow
#: Reads each file named on standard input; prints what came of it, the seconds of work, and the peak memory in MB.
READ = """
import json, resource, sys, time
from foi_analysis.reading import read_file
def highest():
    try:  # ru_maxrss would count what pytest held when it started this process
        with open("/proc/self/status") as status:
            return int(status.read().split("VmHWM:")[1].split()[0]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
for line in sys.stdin:
    path, begun = json.loads(line), time.process_time()
    try:
        kind, said = "Report", str(len(read_file(path).grid))
    except Exception as error:
        kind, said = type(error).__name__, str(error)
    peak = highest()
    print(json.dumps([kind, said, time.process_time() - begun, peak]), flush=True)
"""

#: Reads each file named on the command line and prints every event of opening a socket or starting a process.
WATCH = """
import sys
from foi_analysis.reading import read_file
events = []
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "urllib.", "http.", "ftplib.", "smtplib.")) or event in (
        "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "webbrowser.open"
    ):
        events.append(event)
sys.addaudithook(watch)
for path in sys.argv[1:]:
    try:
        read_file(path)
    except ValueError as error:
        pass
print(*events)
"""


class Reader:
    """A process that reads one file after the other, so that each is measured without starting anew."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READ], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, path: Path) -> tuple[str, str, float, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(str(path)) + "\n")
        self.process.stdin.flush()
        kind, said, seconds, peak = json.loads(self.process.stdout.readline())
        return kind, said, seconds, peak


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    with reader.process:
        yield reader
        assert reader.process.stdin is not None
        reader.process.stdin.close()


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_one_line_in_time_and_memory(name: str, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name][0]())
    kind, said, seconds, peak = reader.read(path)
    path.unlink()
    assert kind == "ReadingError", said
    assert said.startswith(f"{name}: ")
    assert re.search(FILES[name][1], said), said
    assert said.isprintable()
    assert len(said) < 300
    assert seconds < SECONDS
    assert peak < MEGABYTES


def test_what_is_no_regular_file_is_refused_without_opening_it(reader: Reader, tmp_path: Path) -> None:
    for path, words in special(tmp_path).values():
        kind, said, seconds, _ = reader.read(path)
        assert kind in ("ReadingError", "OSError", "FileNotFoundError"), said
        assert re.search(words, said), said
        assert seconds < 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_error_of_the_system(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("x")
    path.chmod(0)
    assert reader.read(path)[0] == "PermissionError"


ADDRESS = "http://127.0.0.1:9/x"


def test_nothing_is_fetched_and_nothing_is_started(tmp_path: Path, reference_path: Path) -> None:
    page = (
        f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "{ADDRESS}.dtd"><html><base href="{ADDRESS}">'
        f'<link rel=stylesheet href="{ADDRESS}.css"><script src="{ADDRESS}.js"></script><img src="{ADDRESS}.png">'
        f'<iframe src="{ADDRESS}"></iframe><object data="{ADDRESS}"></object><table><tr><td>1<td>2</table>'
    ).encode()
    office = "http://schemas.openxmlformats.org"
    relations = (
        f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" Target="{ADDRESS}" '
        f'Type="{office}/officeDocument/2006/relationships/attachedTemplate" TargetMode="External"/></Relationships>'
    )
    word = f'<w:document {W} xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{ADDRESS}"/></w:document>'
    action = b"/OpenAction <</S /URI /URI (%s)>>" % ADDRESS.encode()
    made = {
        "a.html": page,
        "a.mht": mhtml(page),
        "a.md": b"![x](%s)\n<table><tr><td><img src=%s></table>" % (ADDRESS.encode(), ADDRESS.encode()),
        "a.docx": zipped({"word/document.xml": word.encode(), "word/_rels/document.xml.rels": relations.encode()}),
        "dtd.docx": docx("<w:p/>", f'<!DOCTYPE w SYSTEM "{ADDRESS}">'),
        "entity.docx": docx("<w:p/>", f'<!DOCTYPE w [<!ENTITY % x SYSTEM "{ADDRESS}"> %x;]>'),
        "a.pdf": one_page(text_ops(2000)).replace(b"/Type /Catalog", b"/Type /Catalog " + action),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    paths = [*map(str, sorted(tmp_path.iterdir())), str(reference_path)]
    done = subprocess.run([sys.executable, "-c", WATCH, *paths], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
