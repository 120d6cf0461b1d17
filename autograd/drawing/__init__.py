"""The graph of a Value as DOT text and as a picture.

Rests on `core` and `naming`, and alone knows Graphviz. Read draw.py first.
"""
