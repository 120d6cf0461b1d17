"""Is it right, and is it well: gradcheck against finite differences, debug, diagnose.

Rests on `core` and `naming`. Read gradcheck.py first.
"""
