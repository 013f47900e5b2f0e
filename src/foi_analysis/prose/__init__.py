"""The prose of a report: its numbers, what they count, and what the tables say of them."""

from foi_analysis.prose.claims import Claim, claims, coverage, proved_cells

__all__ = ["Claim", "claims", "coverage", "proved_cells"]
