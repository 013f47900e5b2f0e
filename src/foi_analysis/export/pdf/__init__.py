"""Notebooks become typeset PDF: their HTML is read once more and written as Typst, which needs no browser and no LaTeX.

Markdown goes the way that it goes to a page, so that page and print say the same. Whatever comes from a report stands
in Typst as a string, never as markup.
"""
