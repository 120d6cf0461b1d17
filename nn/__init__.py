"""Neurons, layers and multilayer perceptrons on the engine; losses, optimisers and training."""
