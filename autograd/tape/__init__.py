"""A recorded expression replayed on whole batches, a lane for each example.

Rests on `core`. Read tape.py first (what a user sees), then program.py (the instructions) and runner.py (what
runs them). README.md says how the numbers lie in memory and what is guaranteed of them.
"""
