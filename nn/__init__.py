"""Neurons, layers and multilayer perceptrons on the engine; losses, optimisers and training."""

from typing import TYPE_CHECKING

from autograd.internal import MODULES, did_you_mean
from nn.history import History
from nn.layers import MLP, Layer, Neuron
from nn.loop import DivergenceError
from nn.losses import (
    accuracy,
    binary_cross_entropy_loss,
    cross_entropy_loss,
    hinge_loss,
    huber_loss,
    mae_loss,
    mse_loss,
)
from nn.module import Module
from nn.optim import SGD, Adam, AdamW, Optimizer, gradient_descent_step
from nn.page.live import LivePage, live
from nn.schedules import cosine_schedule, step_schedule
from nn.training import train

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "DivergenceError",
    "History",
    "Layer",
    "LivePage",
    "Module",
    "Neuron",
    "Optimizer",
    "accuracy",
    "binary_cross_entropy_loss",
    "cosine_schedule",
    "cross_entropy_loss",
    "gradient_descent_step",
    "hinge_loss",
    "huber_loss",
    "live",
    "mae_loss",
    "mse_loss",
    "step_schedule",
    "train",
]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours

    def __getattr__(name: str) -> None:
        hint = "" if name.startswith("__") else did_you_mean(name, __all__, MODULES)
        raise AttributeError(f"module 'nn' has no attribute {name!r}{hint}")
