"""When training has converged."""

from math import inf

from nn.checks import number_from, whole_number
from nn.history import History


class Convergence:
    """Whether training has converged: the loss of an epoch no longer falls, or the gradient is small."""

    def __init__(
        self, tolerance: float | None, patience: int | None, gradient_tolerance: float | None
    ) -> None:
        self.judges_loss = tolerance is not None or patience is not None
        self.tolerance = number_from("tolerance", 0.0 if tolerance is None else tolerance)
        self.patience = whole_number("patience", 10 if patience is None else patience)
        self.judges_gradient = gradient_tolerance is not None
        self.gradient_tolerance = number_from("gradient_tolerance", gradient_tolerance or 0.0)
        self.best, self.waited = inf, 0

    def reached(self, history: History) -> bool:
        """Whether it is now reached; to be asked after each iteration."""
        if self.judges_gradient and history.gradient_norms[-1] <= self.gradient_tolerance:
            return True
        if not self.judges_loss or history.epochs[-1:] != [history.iterations]:
            return False
        loss = history.epoch_loss()
        if loss < self.best - self.tolerance:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience
