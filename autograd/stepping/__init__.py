"""The forward and the backward pass one node at a time, as data and as text; guesses and paths.

Rests on `core` and `naming`. Read step.py first (what a step is), then stepper.py (how a walk moves).
"""
