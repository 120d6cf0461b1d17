"""The step page, one self-contained HTML file, and a step in a notebook.

Rests on `stepping` and `drawing`. Read page.py first (what goes into the page), then page.js (what it does).
"""
