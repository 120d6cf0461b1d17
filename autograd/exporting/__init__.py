"""The same program elsewhere: a graph as the text of a program in plain Python, PyTorch, JAX, or as LaTeX.

Rests on `core` and `naming`. Read export.py first, then graph.py (what stands on a line of its own).
"""
