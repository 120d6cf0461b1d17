"""How each primitive is written in PyTorch, in JAX and in LaTeX: a row for each, beside the operators.

(In plain Python a primitive is its own rule: see python.py.) A spelling is the name of a function, or makes
a text of the operands. It computes the same, with the same conventions at kinks, in double precision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograd.exporting.code import ATOM, MINUS, PRODUCT, SUM, Code, Piece, listed

__all__ = ["LATEX_OPERATORS", "SPELLINGS", "Spelling", "fraction"]

Write = Callable[..., Piece | Code]
MOST_WRITTEN = 4  # terms of a sum, or weights of a neuron: more are a vector


@dataclass(frozen=True)
class Spelling:
    """One primitive in each language."""

    torch: str | Write
    jax: str | Write
    latex: str | Write


# --- PyTorch and JAX ------------------------------------------------------------------------------------


def tensor(x: Code) -> str:
    """An operand as a tensor."""
    return f"torch.tensor({x.text})" if x.is_number else x.text


def tensors(function: str) -> Write:
    """A function that takes nothing but tensors."""
    return lambda *x: (f"{function}({', '.join(map(tensor, x))})", ATOM)


def stack(x: Sequence[Code]) -> str:
    """Operands as a vector of PyTorch's."""
    if all(a.is_number for a in x):
        return f"torch.tensor([{listed(x)}])"
    return f"torch.stack([{', '.join(map(tensor, x))}])"


def array(x: Sequence[Code]) -> str:
    """Operands as a vector of JAX's."""
    return f"jnp.array([{listed(x)}])"


def halves(x: Sequence[Code]) -> tuple[Sequence[Code], Sequence[Code]]:
    """The first half of the operands, and the second."""
    return x[: len(x) // 2], x[len(x) // 2 : len(x) // 2 * 2]


def sum_of(terms: Sequence[Code]) -> Code:
    """a + b + …"""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def written_sum(vector: Callable[[Sequence[Code]], str], method: str) -> Write:
    """A sum or a mean: of a few terms with its signs."""

    def write(*x: Code) -> Piece | Code:
        if len(x) > MOST_WRITTEN:
            return f"{vector(x)}.{method}()", ATOM
        return sum_of(x) if method == "sum" else sum_of(x) / float(len(x))

    return write


def neuron(vector: Callable[[Sequence[Code]], str], dot: str) -> Write:
    """w·x + b: of a few weights with its signs; a bias of 0 is left out."""

    def write(*x: Code) -> Code:
        w, v = halves(x)
        if len(w) <= MOST_WRITTEN:
            terms = [a * b for a, b in zip(w, v, strict=True)]
        else:
            terms = [Code(x[0].language, f"{dot}({vector(w)}, {vector(v)})")]
        return sum_of(terms if x[-1].text == "0.0" and terms else [*terms, x[-1]])

    return write


def of_vector(text: str, vector: Callable[[Sequence[Code]], str]) -> Write:
    """A function of all the operands as one vector."""
    return lambda *x: (text.format(vector(x)), ATOM)


def where_in_torch(condition: Code, a: Code, b: Code) -> Code:
    """The branch taken; plus a 0 of the condition, or it would have no gradient, not even 0."""
    c = tensor(condition)
    taken = Code(condition.language, f"torch.where({c} > 0, {tensor(a)}, {tensor(b)})")
    return taken + 0.0 * condition.call("sign", [condition])


def absolute_in_jax(x: Code) -> Piece:
    """max(x, −x), whose derivative at 0 is 0; that of jnp.abs is 1 there."""
    return f"jnp.maximum({x.text}, {(-x).text})", ATOM


def binary_cross_entropy_in_jax(x: Code, t: Code) -> Code:
    """t ln(1 + exp −x) + (1 − t) ln(1 + exp x)."""
    return t * x.call("softplus", [-x]) + (1.0 - t) * x.call("softplus", [x])


# --- LaTeX ----------------------------------------------------------------------------------------------


def fraction(a: str, b: str) -> Piece:
    """a over b."""
    return rf"\frac{{{a}}}{{{b}}}", ATOM


def named(function: str) -> Write:
    r"""A function: \tanh(x)."""
    return lambda *x: (rf"{function}({listed(x)})", ATOM)


def operator(name: str) -> Write:
    """A function that LaTeX has no name for."""
    return named(rf"\operatorname{{{name}}}")


def neuron_in_latex(*x: Code) -> Code:
    """w·x + b."""
    w, v = halves(x)
    return sum_of([*(a * b for a, b in zip(w, v, strict=True)), *([] if x[-1].text == "0" else [x[-1]])])


def length_in_latex(*x: Code) -> Piece:
    """√(x² + …)."""
    squares = sum_of([a.call("power_of", [a, 2.0]) for a in x])
    return rf"\sqrt{{{squares.text}}}", ATOM


def share_in_latex(*x: Code) -> Piece:
    """exp x₀ / Σ exp xᵢ."""
    powers = [f"e^{{{a.text}}}" for a in x]
    return fraction(powers[0], " + ".join(powers))


def cross_entropy_in_latex(*x: Code) -> Code:
    """−Σ tᵢ ln pᵢ; a target of 0 is left out, one of 1 not written."""
    logits, targets = halves(x)
    terms = []
    for i, t in enumerate(targets):
        others = [*logits[:i], *logits[i + 1 :]]
        log = Code(t.language, rf"\ln {logits[i].call('softmax', [logits[i], *others]).text}")
        if t.text != "0":
            terms.append(log if t.text == "1" else t * log)
    return -sum_of(terms) if terms else Code(x[0].language, "0")


def difference_in_latex(a: Code, b: Code) -> Piece | Code:
    """a − b; a probability of 0 is not taken away."""
    return a if b.text == "0" else (f"{a.within(SUM)} - {unsigned(b, PRODUCT)}", SUM)


def unsigned(x: Code, least: int) -> str:
    """An operand after a sign: one that begins with a minus stands in parentheses."""
    return x.within(ATOM if x.text.startswith("-") else least)


LATEX_OPERATORS: dict[str, Write] = {
    "add": lambda a, b: (f"{a.within(SUM)} + {unsigned(b, SUM)}", SUM),
    "subtract": difference_in_latex,
    "multiply": lambda a, b: (rf"{a.within(PRODUCT)} \cdot {b.within(ATOM)}", PRODUCT),
    "divide": lambda a, b: fraction(a.text, b.text),
    "negate": lambda x: (f"-{x.within(PRODUCT)}", MINUS),
    "power": lambda a, b: (f"{{{a.within(ATOM)}}}^{{{b.text}}}", ATOM),
    "power_of": lambda a, b: (f"{{{a.within(ATOM)}}}^{{{b.text}}}", ATOM),
}

# --- The table ------------------------------------------------------------------------------------------

SPELLINGS: dict[str, Spelling] = {
    "abs": Spelling(tensors("torch.abs"), absolute_in_jax, lambda x: (rf"\left|{x.text}\right|", ATOM)),
    "exp": Spelling(tensors("torch.exp"), "jnp.exp", lambda x: (f"e^{{{x.text}}}", ATOM)),
    "log": Spelling(tensors("torch.log"), "jnp.log", named(r"\ln")),
    "sqrt": Spelling(tensors("torch.sqrt"), "jnp.sqrt", lambda x: (rf"\sqrt{{{x.text}}}", ATOM)),
    "sin": Spelling(tensors("torch.sin"), "jnp.sin", named(r"\sin")),
    "cos": Spelling(tensors("torch.cos"), "jnp.cos", named(r"\cos")),
    "tan": Spelling(tensors("torch.tan"), "jnp.tan", named(r"\tan")),
    "atan": Spelling(tensors("torch.atan"), "jnp.arctan", named(r"\arctan")),
    "sinh": Spelling(tensors("torch.sinh"), "jnp.sinh", named(r"\sinh")),
    "cosh": Spelling(tensors("torch.cosh"), "jnp.cosh", named(r"\cosh")),
    "expm1": Spelling(tensors("torch.expm1"), "jnp.expm1", lambda x: (f"e^{{{x.text}}} - 1", SUM)),
    "log1p": Spelling(tensors("torch.log1p"), "jnp.log1p", lambda x: (rf"\ln(1 + {unsigned(x, SUM)})", ATOM)),
    "erf": Spelling(tensors("torch.erf"), "jax.scipy.special.erf", operator("erf")),
    "erfc": Spelling(tensors("torch.erfc"), "jax.scipy.special.erfc", operator("erfc")),
    "tanh": Spelling(tensors("torch.tanh"), "jnp.tanh", named(r"\tanh")),
    "sigmoid": Spelling(tensors("torch.sigmoid"), "jax.nn.sigmoid", named(r"\sigma")),
    "relu": Spelling(tensors("torch.relu"), "jax.nn.relu", operator("relu")),
    "softplus": Spelling(  # F.softplus is linear past 20
        lambda x: (f"torch.logaddexp({tensor(x)}, torch.tensor(0.0))", ATOM),
        "jax.nn.softplus",
        lambda x: (rf"\ln(1 + e^{{{x.text}}})", ATOM),
    ),
    "step": Spelling(  # whose derivative is 0 there too: heaviside has none
        lambda x: (f"torch.relu(torch.sign({tensor(x)}))", ATOM),
        lambda x: (f"jax.nn.relu(jnp.sign({x.text}))", ATOM),
        lambda x: (rf"[{x.text} > 0]", ATOM),
    ),
    "sign": Spelling(tensors("torch.sign"), "jnp.sign", operator("sign")),
    "maximum": Spelling(tensors("torch.maximum"), "jnp.maximum", named(r"\max")),
    "minimum": Spelling(tensors("torch.minimum"), "jnp.minimum", named(r"\min")),
    "atan2": Spelling(tensors("torch.atan2"), "jnp.arctan2", operator("atan2")),
    "hypot": Spelling(  # torch.hypot has NaN for a gradient at 0
        of_vector("torch.linalg.vector_norm({})", stack), "jnp.hypot", length_in_latex
    ),
    "binary_cross_entropy": Spelling(
        tensors("F.binary_cross_entropy_with_logits"),
        binary_cross_entropy_in_jax,
        lambda x, t: (
            -(
                t * Code(x.language, rf"\ln \sigma({x.text})")
                + (1.0 - t) * Code(x.language, rf"\ln(1 - \sigma({x.text}))")
            )
        ),
    ),
    "sum": Spelling(written_sum(stack, "sum"), written_sum(array, "sum"), lambda *x: sum_of(x)),
    "mean": Spelling(
        written_sum(stack, "mean"), written_sum(array, "mean"), lambda *x: sum_of(x) / float(len(x))
    ),
    "weighted_sum": Spelling(neuron(stack, "torch.dot"), neuron(array, "jnp.dot"), neuron_in_latex),
    "norm": Spelling(
        of_vector("torch.linalg.vector_norm({})", stack),
        of_vector("jnp.linalg.norm({})", array),
        length_in_latex,
    ),
    "maximum_of": Spelling(
        of_vector("torch.amax({}, 0)", stack), of_vector("jnp.max({})", array), named(r"\max")
    ),
    "minimum_of": Spelling(
        of_vector("torch.amin({}, 0)", stack), of_vector("jnp.min({})", array), named(r"\min")
    ),
    "where": Spelling(
        where_in_torch,
        lambda c, a, b: (f"jnp.where({c.text} > 0, {a.text}, {b.text})", ATOM),
        lambda c, a, b: Code(c.language, f"[{c.text} > 0]") * a + Code(c.language, rf"[{c.text} \leq 0]") * b,
    ),
    "logsumexp": Spelling(
        of_vector("torch.logsumexp({}, 0)", stack),
        of_vector("jax.nn.logsumexp({})", array),
        lambda *x: (rf"\ln({' + '.join(f'e^{{{a.text}}}' for a in x)})", ATOM),
    ),
    "softmax": Spelling(
        of_vector("torch.softmax({}, 0)[0]", stack),
        of_vector("jax.nn.softmax({})[0]", array),
        share_in_latex,
    ),
    "log_softmax": Spelling(
        of_vector("torch.log_softmax({}, 0)[0]", stack),
        of_vector("jax.nn.log_softmax({})[0]", array),
        lambda *x: x[0] - x[0].call("logsumexp", x),
    ),
    "cross_entropy": Spelling(
        lambda *x: (f"F.cross_entropy({stack(halves(x)[0])}, {stack(halves(x)[1])})", ATOM),
        lambda *x: (f"-jnp.dot({array(halves(x)[1])}, jax.nn.log_softmax({array(halves(x)[0])}))", MINUS),
        cross_entropy_in_latex,
    ),
}
