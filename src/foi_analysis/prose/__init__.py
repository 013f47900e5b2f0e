"""The prose of a report: its numbers, what they count, and what the tables say of them."""

from foi_analysis.prose.claims import Claim, claims, claims_frame, coverage, proved_cells, stated_values

__all__ = ["Claim", "claims", "claims_frame", "coverage", "proved_cells", "stated_values"]
