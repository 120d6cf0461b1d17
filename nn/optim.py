# cython: annotation_typing=False
"""How parameters move against their gradients: gradient descent, with momentum, Adam, AdamW."""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable
from os import PathLike
from typing import ClassVar

from autograd import Value
from autograd.internal import arguments_by_name, plural, uninterrupted
from nn import updates
from nn.checks import is_list, leaves, number_from, positive
from nn.saving import load_optimizer, save_optimizer

LearningRate = float | Callable[[int], float]


@arguments_by_name
def gradient_descent_step(parameters: Iterable[Value], learning_rate: float) -> None:
    """parameter ← parameter − learning_rate × gradient, for each of the parameters.

    parameters: the leaves to move, such as `model.parameters()`.
    learning_rate: how far, above 0.

    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> gradient_descent_step([x], learning_rate=0.1)
    >>> f"{x:.1f}"
    '2.4'
    """
    values = leaves("gradient_descent_step", parameters)
    rate = positive("the learning rate", learning_rate)
    if updates.WHOLE:  # Ctrl-C will wait anyway
        updates.descend_gradients(values, rate)
        return
    with uninterrupted():
        updates.descend_gradients(values, rate)


class Optimizer(ABC):
    """What moves `parameters` by one `step` against their gradients; `learning_rate` may change on the way.

    `weight_decay` × the parameter is added to its gradient: that of a penalty of weight_decay/2 × Σ p².
    With `clip_norm`, gradients whose norm is larger are first scaled to it, all by the same factor.
    `iterations` counts the steps made. One of your own has a method `move`, and says in STATE which of its
    arrays and in SETTINGS which of its numbers `save` is to write.
    """

    __slots__ = (
        "_learning_rate", "_rate_of_step",
        "clip_norm", "iterations", "parameters", "schedule", "weight_decay",
    )  # fmt: skip

    STATE: ClassVar[tuple[str, ...]] = ()  # arrays with a number for each parameter
    SETTINGS: ClassVar[tuple[str, ...]] = ("weight_decay", "clip_norm")

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: LearningRate,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
    ) -> None:
        self.parameters = leaves(type(self).__name__, parameters).copy()
        self.iterations = 0
        self.learning_rate = learning_rate
        self.weight_decay = number_from("the weight decay", weight_decay)
        self.clip_norm = None if clip_norm is None else positive("clip_norm", clip_norm)

    @property
    def learning_rate(self) -> float:
        """How far the next step goes, above 0; a function of the iteration, from 0 on, is asked for it."""
        if self.schedule is None:
            return self._learning_rate
        if self._rate_of_step is None:
            what = f"the learning rate at iteration {self.iterations}"
            return number_from(what, self.schedule(self.iterations))
        return self._rate_of_step

    @learning_rate.setter
    def learning_rate(self, rate: LearningRate) -> None:
        self.schedule = rate if callable(rate) else None
        self._learning_rate = 0.0 if callable(rate) else positive("the learning rate", rate)
        self._rate_of_step: float | None = None

    def step(self) -> None:
        """Move each parameter once; Ctrl-C waits until all have moved."""
        gradients = self.gradients(self.weight_decay)
        if self.is_whole():
            self.move(gradients)
            self.iterations += 1
            return
        with uninterrupted():
            self._rate_of_step = self.learning_rate  # a schedule is asked once, before anything moves
            try:
                self.move(gradients)
            finally:
                self._rate_of_step = None
            self.iterations += 1

    def is_whole(self) -> bool:
        """Whether a step runs no bytecode of Python: between two of them come its handlers of signals."""
        return updates.WHOLE and self.schedule is None and type(self) in (SGD, Adam, AdamW)

    def gradients(self, decay: float) -> "array[float]":
        """The gradient of each parameter, clipped, plus `decay` × the parameter."""
        scale = 1.0
        if self.clip_norm is not None:
            norm = updates.norm(updates.gradients_of(self.parameters))
            scale = self.clip_norm / norm if norm > self.clip_norm else 1.0
        gradients: array[float] = updates.gradients_of(self.parameters, decay, scale)
        return gradients

    def save(self, path: str | PathLike[str]) -> None:
        """Write what it keeps beside the parameters, exactly, so that a training can go on another day.

        The parameters are their model's, whose `save` writes them. A learning rate that is a function is
        not written: give it to the optimizer that is to `load` this.
        """
        save_optimizer(path, self)

    def load(self, path: str | PathLike[str]) -> None:
        """Set its state and its settings to what `save` wrote for as many parameters, or change nothing."""
        load_optimizer(path, self)

    @arguments_by_name
    def zero_grad(self) -> None:
        """Set the gradient of each parameter to 0, as is due before each `backward`."""
        updates.zero_gradients(self.parameters)

    @abstractmethod
    def move(self, gradients: "array[float]") -> None:
        """Move each parameter against its gradient: `gradients` holds one for each, in their order."""

    def __repr__(self) -> str:
        count = plural(len(self.parameters), "parameter")
        return f"{type(self).__name__}({count}, learning_rate={self.learning_rate})"


class SGD(Optimizer):
    """Gradient descent, with momentum μ: v ← μ v + gradient, parameter ← parameter − learning_rate × v.

    parameters: the leaves to move; none, or one twice, is a ValueError.
    learning_rate: how far a step goes, above 0; or a function of the iteration, such as a `cosine_schedule`.
    momentum: μ, from 0 to below 1.
    weight_decay: as for `Optimizer`, 0 or more.
    clip_norm: the largest norm that the gradients may have; longer ones are scaled to it. None for any.

    >>> x = Value(3.0)
    >>> optimizer = SGD([x], learning_rate=0.1, momentum=0.9)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> f"{x:.1f}"
    '2.4'
    """

    __slots__ = ("momentum", "velocities")

    STATE = ("velocities",)
    SETTINGS = (*Optimizer.SETTINGS, "momentum")

    @arguments_by_name
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: LearningRate,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay, clip_norm)
        self.momentum = number_from("the momentum", momentum, below=1.0)
        self.velocities = updates.zeros(len(self.parameters))

    def move(self, gradients: "array[float]") -> None:
        updates.roll(self.parameters, gradients, self.velocities, self.learning_rate, self.momentum)


class Adam(Optimizer):
    """Adam (Kingma & Ba, 2015): steps of about the learning rate, whatever the scale of the gradients.

    It keeps a moving mean m of each gradient (by β₁) and one v of its square (by β₂), corrects both for
    their start at 0, and moves: parameter ← parameter − learning_rate × m / (√v + ε).

    parameters, weight_decay, clip_norm: as for `SGD`.
    learning_rate: about how far a step goes, above 0; or a function of the iteration.
    betas: β₁ and β₂, each from 0 to below 1.
    epsilon: ε, above 0, which keeps steps finite where gradients are 0.

    >>> x = Value(3.0)
    >>> optimizer = Adam([x], learning_rate=0.1)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> f"{x:.1f}"
    '2.9'
    """

    __slots__ = ("beta1", "beta2", "epsilon", "means", "squares")

    STATE = ("means", "squares")
    SETTINGS = (*Optimizer.SETTINGS, "beta1", "beta2", "epsilon")

    @arguments_by_name
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: LearningRate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay, clip_norm)
        if not is_list(betas) or len(betas) != 2:
            raise TypeError(f"the betas of Adam are two numbers, such as (0.9, 0.999), got {betas!r}")
        self.beta1, self.beta2 = (number_from("a beta of Adam", beta, below=1.0) for beta in betas)
        self.epsilon = positive("the epsilon of Adam", epsilon)
        self.means = updates.zeros(len(self.parameters))
        self.squares = updates.zeros(len(self.parameters))

    def move(self, gradients: "array[float]") -> None:
        count = self.iterations + 1
        scale = 1.0 - self.beta2**count
        moves = updates.adaptive_moves(
            self.means, self.squares, gradients, self.beta1, self.beta2, scale, self.epsilon
        )
        updates.descend(self.parameters, moves, self.learning_rate / (1.0 - self.beta1**count))


class AdamW(Adam):
    """Adam whose weight decay goes past the moving means (Loshchilov & Hutter, 2019), as in PyTorch.

    Before each step: parameter ← parameter × (1 − learning_rate × weight_decay).

    parameters, learning_rate, betas, epsilon, clip_norm: as for `Adam`.
    weight_decay: 0 or more.

    >>> x = Value(3.0)
    >>> optimizer = AdamW([x], learning_rate=0.1, weight_decay=0.5)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> f"{x:.2f}"
    '2.75'
    """

    __slots__ = ()

    @arguments_by_name
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: LearningRate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate, betas, epsilon, weight_decay, clip_norm)

    def gradients(self, decay: float) -> "array[float]":
        """The gradient of each parameter, clipped: the decay is no part of it."""
        return super().gradients(0.0)

    def move(self, gradients: "array[float]") -> None:
        updates.shrink(self.parameters, 1.0 - self.learning_rate * self.weight_decay)
        super().move(gradients)
