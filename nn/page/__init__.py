"""A network in a browser: recorded in Python, trained in the page.

Read recording.py first (what of a model and its examples goes into the page), then training.js (how the page
trains with it) and start.js (what is shown). No derivative and no update rule is written in JavaScript.
"""
