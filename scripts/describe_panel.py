"""Write README.md and datapackage.json of data/panel anew, from its two CSV files.

python scripts/describe_panel.py
"""

from foi_analysis.panel.describe import describe
from foi_analysis.panel.shipped import panel_folder

if __name__ == "__main__":
    describe(panel_folder())
