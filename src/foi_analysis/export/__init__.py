"""Notebooks become pages: run once for each language, written as HTML that stands alone.

This package knows notebooks, pages and files; it knows nothing of tables, figures or reports' contents.
"""
