"""The engine: Values that record how they were computed, and the backward pass over them.

Rests on nothing else in the project but `util`. Read value.py first, then backprop.py: together they are
the lesson on backpropagation; rules.py holds the derivative rules. README.md says what is guaranteed
of a node's memory.
"""

from pathlib import Path

from autograd.util.extensions import refuse_mixture

refuse_mixture(Path(__file__).parent.parent.parent)
