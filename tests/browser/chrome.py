"""A headless Chromium, spoken to over two pipes: no driver, no port, no package."""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: The pages of the exports, without their ending.
NAMES = ["index", *(f"{language}/{name}" for language in ("zh", "en") for name in (
    "01_report_tables", "02_consistency", "03_disclosure_outcomes", "04_appeals"))]  # fmt: skip
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "--font-render-hinting=none",
)


def find_chrome() -> str | None:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@dataclass
class Page:
    """One open page, and everything it asked for or complained about since it was opened."""

    chrome: Chrome
    session: str
    target: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.chrome.call(method, parameters, self.session)

    def open(self, path: Path, width: int = 1280, height: int = 900) -> None:
        self.shade(dark=False)
        self.resize(width, height)
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.chrome.wait_for("Page.loadEventFired", self.session)
        self.run("document.fonts.ready.then(() => 1)")

    def shade(self, dark: bool) -> None:
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def resize(self, width: int, height: int) -> None:
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def run(self, script: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def fonts(self, selector: str) -> list[list[dict[str, Any]]]:
        """Give, for each element that a selector finds, the fonts that really draw its own text."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        nodes = self.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        return [self.call("CSS.getPlatformFontsForNode", nodeId=node)["fonts"] for node in nodes]

    def press(self, key: str) -> None:
        codes = {"Tab": (9, ""), "Enter": (13, "\r")}
        code, text = codes[key]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def settle(self) -> None:
        """Wait until what has changed is painted."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def close(self) -> None:
        self.chrome.call("Target.closeTarget", {"targetId": self.target})

    def point_at(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def box_after(self, selector: str) -> tuple[float, float, float, float] | None:
        """Give left, top, right and bottom of what a style sheet shows behind an element, None when it is nothing."""
        inside = self.call("DOM.describeNode", nodeId=self._node(selector))["node"].get("pseudoElements", [])
        for shown in inside:
            if shown["pseudoType"] == "after":
                border = self.call("DOM.getBoxModel", backendNodeId=shown["backendNodeId"])["model"]["border"]
                return border[0], border[1], border[4], border[5]
        return None

    def heard(self, selector: str) -> tuple[str, str, str]:
        """Give role, name and description of an element as a screen reader has them."""
        (node, *_) = self.call("Accessibility.getPartialAXTree", nodeId=self._node(selector), fetchRelatives=False)[
            "nodes"
        ]
        role, name, description = (node.get(key, {}).get("value", "") for key in ("role", "name", "description"))
        return role, name, description

    def _node(self, selector: str) -> int:
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        return int(self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"])

    def pixels(self) -> Any:
        """Give the window as it is painted, an array of shape (height, width, 3)."""
        import numpy as np
        from PIL import Image

        answer = self.call("Page.captureScreenshot", format="png")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB"))

    def print(self, path: Path) -> None:
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(answer["data"]))

    def hear(self, message: dict[str, Any]) -> None:
        said = message.get("params", {})
        match message["method"]:
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(f"{said['entry']['level']}: {said['entry']['text']}")
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(said)[:300])


class Chrome:
    """The browser process: messages out through one pipe, answers and events back through the other."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int) -> None:
        self._process = process
        self._to, self._back = to, back
        self._number = 0
        self._rest = b""
        self._events: list[dict[str, Any]] = []
        self._pages: dict[str, Page] = {}

    def page(self) -> Page:
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, session, target)
        for domain in ("Page", "Network", "Runtime", "Log", "DOM", "CSS"):
            page.call(f"{domain}.enable")
        return page

    def call(self, method: str, parameters: dict[str, Any], session: str = "") -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                result: dict[str, Any] = answer["result"]
                return result

    def wait_for(self, event: str, session: str) -> None:
        wanted = [e for e in self._events if e["method"] == event and e.get("sessionId") == session]
        while not wanted:
            self._read()
            wanted = [e for e in self._events if e["method"] == event and e.get("sessionId") == session]
        self._events.remove(wanted[0])

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._back, 1 << 20)
            assert more, f"the browser ended with status {self._process.poll()}"
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self._events.append(message)
            page = self._pages.get(message.get("sessionId", ""))
            if page:
                page.hear(message)
        return message


def _hand_over(read: int, write: int) -> None:
    """Give the browser its two pipes under the numbers at which it looks for them."""
    pipes = [fcntl.fcntl(pipe, fcntl.F_DUPFD, 10) for pipe in (read, write)]
    for number, pipe in enumerate(pipes, 3):
        os.dup2(pipe, number)


@contextmanager
def chrome(environment: dict[str, str] | None = None) -> Iterator[Chrome]:
    """Start a browser with its own profile; ``environment`` is added to this process's own."""
    name = find_chrome()
    assert name, f"none of {', '.join(_BROWSERS)} is installed"
    out_read, out_write = os.pipe()
    in_read, in_write = os.pipe()
    with TemporaryDirectory(prefix="foi-chrome-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [name, *_FLAGS, f"--user-data-dir={profile}"],
            preexec_fn=lambda: _hand_over(out_read, in_write),
            pass_fds=(3, 4),
            env={**os.environ, "HOME": profile, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(out_read)
        os.close(in_write)
        try:
            yield Chrome(process, out_write, in_read)
        finally:
            process.terminate()
            process.wait(timeout=20)
            os.close(out_write)
            os.close(in_read)
