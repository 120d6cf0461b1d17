"""Prints how many models of random source text train alike on engine="auto" and engine="eager".

python tests/proofs/training.py [models]
"""

import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from models import alike, random_source, trained

import autograd


def main(models: int = 2_000) -> None:
    """Train so many models on both engines."""
    on_tape, differ = 0, 0
    for seed in range(models):
        source = random_source(Random(seed))
        eager, auto = (trained(source, engine, seed) for engine in ("eager", "auto"))
        on_tape += auto.engine == "tape"
        if not alike(eager.losses, auto.losses):
            differ += 1
            print(f"{seed} differs, on engine {auto.engine}:\n{source}")
    print(f"{autograd.engine()} engine, {models:,} models, {on_tape} of them on a tape: {differ} differ")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
