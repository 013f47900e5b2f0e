"""Damage reports at random and read them; print how many inputs were tried, and any that broke the reader.

Run by hand: ``python scripts/fuzz.py --seconds 600 [--seed 0] [--keep FOLDER]``. An input is named by its
sample and seed, so that it can be made again. Ends with status 1 when anything but ReadingError or OSError
left the reader, or a file took longer than 5 seconds.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "reading"))  # damage
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # pagemaker, the maker of test pages

from damage import damaged, samples

from foi_analysis.reading import read_file
from foi_analysis.report import ReadingError

SLOW = 5.0


def main() -> int:
    """Run until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that broke the reader")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    found, slowest = _run(options.seconds, options.seed, options.keep)
    _say(f"{found.total()} inputs tried: " + ", ".join(f"{count} {what}" for what, count in found.most_common()))
    _say(f"slowest: {slowest[0]:.2f} s ({slowest[1]}); at most {_peak():.0f} MB, with the samples")
    return int(any(what not in ("read", "refused") for what in found))


def _run(seconds: float, seed: int, keep: Path | None) -> tuple[Counter[str], tuple[float, str]]:
    sound, found, slowest = samples(), Counter[str](), (0.0, "")
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            dice = random.Random(seed)
            name = dice.choice(sorted(sound))
            content = damaged(sound[name](), dice)
            what, took = _outcome(Path(folder) / name, content)
            found[what] += 1
            slowest = max(slowest, (took, f"{name} with seed {seed}"))
            if what not in ("read", "refused"):
                _say(f"{what}: {name} with seed {seed}")
                if keep:
                    (keep / f"{seed}-{name}").write_bytes(content)
            seed += 1
    return found, slowest


def _outcome(path: Path, content: bytes) -> tuple[str, float]:
    path.write_bytes(content)
    begun = time.process_time()  # the machine may be busy with other things
    try:
        read_file(path)
        what = "read"
    except (ReadingError, OSError):
        what = "refused"
    except Exception as error:
        what = f"{type(error).__name__} ({error})"
    took = time.process_time() - begun
    return ("too slow" if took > SLOW else what), took


def _peak() -> float:
    """Return the most memory that this process has held, in MB: of all inputs together."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
