"""Neuron, Layer, MLP: weighted sums and activations, one inside the other."""

from collections.abc import Sequence
from random import Random
from typing import Any

from autograd import Value, weighted_sum
from autograd.internal import arguments_by_name
from nn.activations import (
    Activation,
    activation_function,
    activation_name,
    named_activation,
    weight_limit,
)
from nn.checks import Numbers, Seed, as_values, is_list, random_source, whole_number
from nn.exporting import sequential_in_torch
from nn.module import Module
from nn.outputs import outputs_of


class Neuron(Module):
    """activation(Σ wᵢxᵢ + b) of `nin` inputs: one number.

    `activation` is "linear", "tanh", "sigmoid", "relu", another name of `nn.activations.ACTIVATIONS`, or any
    function of a Value.
    The bias starts at 0 and the weights at random, drawn from `rng`, a random.Random or a seed (see
    `initial_weights`; `nout` is how many neurons share the inputs).

    nin: the number of inputs.
    activation: what the weighted sum goes through: a name, or a function of a Value.
    rng: where chance comes from: a random.Random, a seed, or None for another start each time.
    nout: how many neurons share the inputs, which counts for Glorot's start.
    nonlin: micrograd's word: True for "relu", False for "linear", in place of an activation.

    >>> neuron = Neuron(2, "tanh", rng=1)
    >>> neuron
    Neuron(2, activation='tanh')
    >>> neuron([0.0, 0.0]).data
    0.0
    """

    @arguments_by_name
    def __init__(
        self,
        nin: int,
        activation: Activation = "tanh",
        rng: Seed = None,
        *,
        nout: int = 1,
        nonlin: bool | None = None,
    ) -> None:
        nin = whole_number("the number of inputs of a Neuron", nin)
        nout = whole_number("nout", nout)
        self.activate = activation_function(chosen(activation, nonlin))
        self.weights = [Value(w) for w in initial_weights(nin, nout, self.activation, random_source(rng))]
        self.bias = Value(0.0)

    @property
    def w(self) -> list[Value]:
        """The weights: micrograd's name."""
        return self.weights

    @property
    def b(self) -> Value:
        """The bias: micrograd's name."""
        return self.bias

    @property
    def activation(self) -> Activation:
        """What the weighted sum goes through: a name, or a function of a Value."""
        return named_activation(self.activate)

    @activation.setter
    def activation(self, activation: Activation) -> None:
        self.activate = activation_function(activation)

    def __call__(self, inputs: Numbers) -> Value:
        """The output for a list of Values or numbers, one for each weight."""
        values = as_values("Neuron", len(self.weights), inputs)
        return self.activate(weighted_sum(self.weights, values, self.bias))

    def __export__(self, language: str, **options: Any) -> str:
        alone = Layer(len(self.weights), 1)
        alone.neurons = [self]
        return sequential_in_torch(self.architecture(), [alone], language, **options)

    def architecture(self) -> str:
        return f"Neuron({len(self.weights)}, activation={names_of([self])!r})"


class Layer(Module):
    """`nout` neurons that share `nin` inputs.

    nin: the number of inputs.
    nout: the number of neurons, and of outputs.
    activation, rng, nonlin: as for `Neuron`.

    >>> layer = Layer(3, 2, "relu", rng=1)
    >>> len(layer([1.0, 2.0, 3.0])), len(layer.parameters())
    (2, 8)
    """

    @arguments_by_name
    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "tanh",
        rng: Seed = None,
        *,
        nonlin: bool | None = None,
    ) -> None:
        whole_number("the number of inputs of a Layer", nin)
        nout = whole_number("the number of neurons of a Layer", nout)
        rng = random_source(rng)
        activation = chosen(activation, nonlin)
        self.neurons = [Neuron(nin, activation, rng, nout=nout) for _ in range(nout)]

    def __call__(self, inputs: Numbers) -> Value | list[Value]:
        """The list of the outputs for a list of Values or numbers; of one neuron, its output itself."""
        return alone(self.outputs(as_values("Layer", self.nin, inputs)))

    def outputs(self, inputs: list[Value]) -> list[Value]:
        """The list of the outputs for a list of Values."""
        return outputs_of(self.neurons, inputs)

    @property
    def nin(self) -> int:
        """How many inputs it takes."""
        return len(self.neurons[0].weights)

    def __export__(self, language: str, **options: Any) -> str:
        return sequential_in_torch(self.architecture(), [self], language, **options)

    def architecture(self) -> str:
        return f"Layer({self.nin}, {len(self.neurons)}, activation={names_of(self.neurons)!r})"


class MLP(Module):
    """A multilayer perceptron: `nin` inputs, then layers of the sizes `nouts`, the last its outputs.

    nin: the number of inputs.
    nouts: the number of neurons of each layer; the last is the number of outputs.
    activation: that of all layers but the last.
    output_activation: that of the last.
    rng: as for `Neuron`.

    >>> model = MLP(2, [16, 16, 1], "relu", rng=1)
    >>> model
    MLP(2, [16, 16, 1], activation='relu', output_activation='linear')
    >>> model([0.0, 0.0])
    Value(0.0)
    >>> len(model.parameters())
    337
    """

    @arguments_by_name
    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: Activation = "tanh",
        output_activation: Activation = "linear",
        rng: Seed = None,
    ) -> None:
        whole_number("the number of inputs of an MLP", nin)
        if not is_list(nouts):
            raise TypeError(f"nouts is a list of the sizes of the layers, such as [16, 1], not {nouts!r}")
        if len(nouts) == 0:
            raise ValueError("an MLP needs at least one layer: nouts is empty")
        for kind in (activation, output_activation):
            activation_function(kind)
        rng = random_source(rng)
        sizes = [nin, *nouts]
        activations = [activation] * (len(nouts) - 1) + [output_activation]
        self.layers = [Layer(sizes[i], sizes[i + 1], activations[i], rng) for i in range(len(nouts))]

    def __call__(self, inputs: Numbers) -> Value | list[Value]:
        """The list of the outputs for a list of Values or numbers; of one output, that Value itself."""
        values = as_values("MLP", self.layers[0].nin, inputs)
        for layer in self.layers:
            values = layer.outputs(values)
        return alone(values)

    def __export__(self, language: str, **options: Any) -> str:
        return sequential_in_torch(self.architecture(), self.layers, language, **options)

    def architecture(self) -> str:
        *hidden, last = self.layers
        neurons = [neuron for layer in hidden for neuron in layer.neurons]
        activation = f"activation={names_of(neurons)!r}, " if hidden else ""
        sizes = [len(layer.neurons) for layer in self.layers]
        return f"MLP({self.layers[0].nin}, {sizes}, {activation}output_activation={names_of(last.neurons)!r})"


def chosen(activation: Activation, nonlin: bool | None) -> Activation:
    """The activation that was meant, where `nonlin` may say it."""
    return activation if nonlin is None else "relu" if nonlin else "linear"


def names_of(neurons: list[Neuron]) -> str:
    """The names of the activations of some neurons, each once."""
    return "/".join(dict.fromkeys(activation_name(neuron.activate) for neuron in neurons))


def initial_weights(nin: int, nout: int, activation: Activation, rng: Random) -> list[float]:
    """`nin` weights, uniform between ± `weight_limit`."""
    limit = weight_limit(nin, nout, activation)
    return [rng.uniform(-limit, limit) for _ in range(nin)]


def alone(values: list[Value]) -> Value | list[Value]:
    """A single value itself, several as the list that they are in."""
    return values[0] if len(values) == 1 else values
