"""``python -m foi_analysis`` is the command ``foi-analysis``."""

import sys

from foi_analysis.cli import main

sys.exit(main())
