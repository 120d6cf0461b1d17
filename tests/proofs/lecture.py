"""Prints every step of the expressions of a first lecture on backpropagation, to be read as a student would.

python tests/proofs/lecture.py
"""

from autograd import Value, cross_entropy, tanh, weighted_sum

a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
L = (a * b + c) * f

x1, x2, w1, w2, bias = Value(2.0), Value(0.0), Value(-3.0), Value(1.0), Value(6.8813735870195432)
n = x1 * w1 + x2 * w2 + bias
o = n.tanh()
fused = tanh(weighted_sum([w1, w2], [x1, x2], bias))

p = Value(3.0)
q = p + p
r = q + q

x = Value(3.0)
y = x * x

logits = [Value(2.0), Value(1.0), Value(0.1)]
loss = cross_entropy(logits, [1.0, 0.0, 0.0])

for result in (L, o, r, y, fused, loss):
    print(result.steps().walk(), end="\n\n")
