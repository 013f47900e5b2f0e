"""The oracles live in an environment of their own: without FOI_ORACLES nothing here is collected."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("FOI_ORACLES") else ["*.py"]
