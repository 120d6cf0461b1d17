"""How parameters move against their gradients: gradient descent, with momentum, Adam."""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable

from autograd import Value
from autograd.internal import uninterrupted
from nn import updates
from nn.checks import arguments_by_name, is_list, leaves, number_from, positive


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
    """

    __slots__ = ("_learning_rate", "parameters", "weight_decay")

    def __init__(self, parameters: Iterable[Value], learning_rate: float, weight_decay: float = 0.0) -> None:
        self.parameters = leaves(type(self).__name__, parameters)
        self.learning_rate = learning_rate
        self.weight_decay = number_from("the weight decay", weight_decay)

    @property
    def learning_rate(self) -> float:
        """How far a step goes; above 0."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._learning_rate = positive("the learning rate", rate)

    def step(self) -> None:
        """Move each parameter once; Ctrl-C waits until all have moved."""
        gradients = updates.gradients_of(self.parameters, self.weight_decay)
        with uninterrupted():
            self.move(gradients)

    @arguments_by_name
    def zero_grad(self) -> None:
        """Set the gradient of each parameter to 0, as is due before each `backward`."""
        updates.zero_gradients(self.parameters)

    @abstractmethod
    def move(self, gradients: "array[float]") -> None:
        """Move each parameter against its gradient: `gradients` holds one for each, in their order."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters)} parameters, learning_rate={self.learning_rate})"


class SGD(Optimizer):
    """Gradient descent, with momentum μ: v ← μ v + gradient, parameter ← parameter − learning_rate × v.

    parameters: the leaves to move; none, or one twice, is a ValueError.
    learning_rate: how far a step goes, above 0.
    momentum: μ, from 0 to below 1.
    weight_decay: as for `Optimizer`, 0 or more.

    >>> x = Value(3.0)
    >>> optimizer = SGD([x], learning_rate=0.1, momentum=0.9)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> f"{x:.1f}"
    '2.4'
    """

    __slots__ = ("momentum", "velocities")

    @arguments_by_name
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.momentum = number_from("the momentum", momentum, below=1.0)
        self.velocities = updates.zeros(len(self.parameters))

    def step(self) -> None:
        """Move each parameter once; Ctrl-C waits until all have moved."""
        if updates.WHOLE and type(self) is SGD:  # Ctrl-C will wait anyway
            self.move(updates.gradients_of(self.parameters, self.weight_decay))
        else:
            super().step()

    def move(self, gradients: "array[float]") -> None:
        updates.roll(self.parameters, gradients, self.velocities, self.learning_rate, self.momentum)


class Adam(Optimizer):
    """Adam (Kingma & Ba, 2015): steps of about the learning rate, whatever the scale of the gradients.

    It keeps a moving mean m of each gradient (by β₁) and one v of its square (by β₂), corrects both for
    their start at 0, and moves: parameter ← parameter − learning_rate × m / (√v + ε).

    parameters, weight_decay: as for `SGD`.
    learning_rate: about how far a step goes, above 0.
    betas: β₁ and β₂, each from 0 to below 1.
    epsilon: ε, above 0, which keeps steps finite where gradients are 0.

    >>> x = Value(3.0)
    >>> optimizer = Adam([x], learning_rate=0.1)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> f"{x:.1f}"
    '2.9'
    """

    __slots__ = ("beta1", "beta2", "epsilon", "means", "squares", "steps")

    @arguments_by_name
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        if not is_list(betas) or len(betas) != 2:
            raise TypeError(f"the betas of Adam are two numbers, such as (0.9, 0.999), got {betas!r}")
        self.beta1, self.beta2 = (number_from("a beta of Adam", beta, below=1.0) for beta in betas)
        self.epsilon = positive("the epsilon of Adam", epsilon)
        self.means = updates.zeros(len(self.parameters))
        self.squares = updates.zeros(len(self.parameters))
        self.steps = 0

    def move(self, gradients: "array[float]") -> None:
        self.steps += 1
        updates.adapt(self.means, self.squares, gradients, self.beta1, self.beta2)
        scale = 1.0 - self.beta2**self.steps
        moves = updates.adaptive_moves(self.means, self.squares, scale, self.epsilon)
        updates.descend(self.parameters, moves, self.learning_rate / (1.0 - self.beta1**self.steps))
