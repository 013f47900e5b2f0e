"""One browser for all of these tests, on a machine without Chinese fonts, and the pages to look at."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chrome import Chrome, Page, chrome


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages to look at: those in FOI_EXPORTS, or made for this."""
    if "FOI_EXPORTS" in os.environ:
        return Path(os.environ["FOI_EXPORTS"])
    out = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, "-m", "foi_analysis", "reproduce", "--out", str(out)], check=True)
    return out / "exports"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser on a machine without any Chinese font."""
    listed = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True, check=True).stdout
    hidden = "".join(f"<glob>{line.partition(':')[0]}</glob>" for line in listed.splitlines())
    settings = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<include>/etc/fonts/fonts.conf</include><selectfont><rejectfont>{hidden}</rejectfont></selectfont></fontconfig>"
    )
    with chrome({"FONTCONFIG_FILE": str(settings)}) as started:
        yield started


@pytest.fixture
def page(browser: Chrome) -> Iterator[Page]:
    opened = browser.page()
    yield opened
    opened.close()
