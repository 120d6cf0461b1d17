"""Names for Values, and how numbers and operations are written for people.

Rests on `core`. Read notation.py first: every view writes its numbers with it.
"""
