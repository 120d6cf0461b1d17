"""A tiny GPT, every number a Value: a transformer of one layer reads given names and makes up new ones."""

from math import log
from pathlib import Path
from random import Random
from statistics import fmean

from figures import BLACK, BLUE, ORANGE, claim, lesson_options, new_figure, positive, save_figure

import nn
from autograd import Value, dot, no_grad, softmax, weighted_sum

ABOUT = """Trains a transformer of one layer to say which letter of a name comes next, until it does so better
than a table of letter pairs, and lets it make up names. The names are in names.txt, one a line."""

NAMES = Path(__file__).with_name("names.txt").read_text(encoding="ascii").split()
LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = len(LETTERS)  # the symbol before and after each name
LONGEST = 12  # letters of a name, and its end
WIDTH, HEADS = 16, 4  # numbers that stand for a letter; how many ways there are to look back at others

Example = tuple[list[int], list[int]]  # the symbols of a name, and the one that follows each
Vector = list[Value]


class TinyGPT(nn.Module):
    """Letters become vectors; each looks back at those before it, thinks, and says which comes next."""

    def __init__(self, rng: Random) -> None:
        self.letters = [[Value(rng.gauss(0.0, 0.3)) for _ in range(WIDTH)] for _ in range(END + 1)]
        self.places = [[Value(rng.gauss(0.0, 0.3)) for _ in range(WIDTH)] for _ in range(LONGEST)]
        self.query, self.key, self.value, self.mix = (nn.Layer(WIDTH, WIDTH, "linear", rng) for _ in range(4))
        self.think = nn.MLP(WIDTH, [4 * WIDTH, WIDTH], "relu", rng=rng)
        self.next = nn.Layer(WIDTH, END + 1, "linear", rng)

    def __call__(self, symbols: list[int]) -> list[Vector]:
        """For each symbol of a name, the logits of the one that follows."""
        keys: list[Vector] = []
        values: list[Vector] = []
        return [self.follow(symbol, keys, values) for symbol in symbols]

    def follow(self, symbol: int, keys: list[Vector], values: list[Vector]) -> Vector:
        """The logits of what follows; keys and values of the symbols before grow by this one's."""
        x = add(self.letters[symbol], self.places[len(keys)])
        y = normalized(x)
        keys.append(self.key(y))
        values.append(self.value(y))
        x = add(x, self.mix(attention(self.query(y), keys, values)))
        x = add(x, self.think(normalized(x)))
        return self.next(normalized(x))


def attention(query: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
    """For each head: values of all symbols so far, each as much as its key agrees with the query."""
    size = WIDTH // HEADS
    result = []
    for part in (slice(start, start + size) for start in range(0, WIDTH, size)):
        share = softmax([dot(query[part], key[part]) * size**-0.5 for key in keys])
        result += [weighted_sum(share, column) for column in zip(*(v[part] for v in values), strict=True)]
    return result


def add(a: Vector, b: Vector) -> Vector:
    """The sum of two vectors."""
    return [x + y for x, y in zip(a, b, strict=True)]


def normalized(x: Vector) -> Vector:
    """A vector scaled to a mean square of 1."""
    scale = (dot(x, x) / WIDTH + 1e-5) ** -0.5
    return [number * scale for number in x]


def shuffled_names(rng: Random) -> list[Example]:
    """The symbols of each name, and what follows each symbol."""
    names = [[LETTERS.index(letter) for letter in name] for name in rng.sample(NAMES, len(NAMES))]
    return [([END, *name], [*name, END]) for name in names]


def table_loss(training: list[Example], tested: list[Example]) -> float:
    """The loss of a table of how often each letter follows each other one (every count one higher)."""
    counts = [[1] * (END + 1) for _ in range(END + 1)]
    for example in training:
        for a, b in zip(*example, strict=True):
            counts[a][b] += 1
    chance = [[count / sum(row) for count in row] for row in counts]
    return fmean(fmean(-log(chance[a][b]) for a, b in zip(*name, strict=True)) for name in tested)


@no_grad()
def made_up(model: TinyGPT, rng: Random, temperature: float) -> str:
    """A name, letter by letter, each drawn by its probability."""
    name, keys, values, symbol = "", [], [], END
    while len(keys) < LONGEST:
        logits = model.follow(symbol, keys, values)
        chances = [p.data for p in softmax([logit / temperature for logit in logits])]
        [symbol] = rng.choices(range(END + 1), chances)
        if symbol == END:
            break
        name += LETTERS[symbol]
    return name


def plot(history: nn.History, table: float, out: Path) -> None:
    """The loss of the batches and of the names kept back, and that of the table."""
    figure, axes = new_figure()
    smooth = [fmean(history.losses[i : i + 25]) for i in range(len(history.losses) - 24)]
    axes.plot(range(25, len(smooth) + 25), smooth, color=BLUE, lw=1.5, label="training, over 25 batches")
    axes.plot(history.epochs, history.validation_losses, "o-", color=ORANGE, label="200 names kept back")
    axes.axhline(table, color=BLACK, linestyle="--", label="a table of letter pairs")
    axes.set(xlabel="updates", ylabel="loss (nats a letter)", title="Looking further back pays")
    axes.legend(frameon=False)
    save_figure(figure, out, "tiny_gpt-loss.png")


def main() -> None:
    """The table; the training; new names."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--temperature", type=positive, default=0.7, help="how much chance is in new names")
    options = parser.parse_args()
    rng = Random(options.seed)
    examples = shuffled_names(rng)
    kept, training = examples[:200], examples[200:]
    table, model = table_loss(training, kept), TinyGPT(rng)
    print(f"{len(training)} names to learn, 200 kept back; {len(model.parameters())} parameters, all Values.")
    iterations = (1 if options.quick else 6) * -(-len(training) // 8)
    optimizer = nn.Adam(
        model.parameters(), learning_rate=lambda iteration: 0.01 * (1.0 - 0.98 * iteration / iterations)
    )
    history = nn.train(
        model, *zip(*training, strict=True), loss=nn.cross_entropy_loss, optimizer=optimizer,
        max_iterations=iterations, batch_size=8, validation=tuple(zip(*kept, strict=True)),
        seed=rng,
    )  # fmt: skip
    loss = history.validation_losses[-1]
    print(f"The loss on the names kept back, after {history.iterations} updates in {history.seconds:.0f} s:\n"
          f"  saying all letters alike    {log(END + 1):.3f} nats a letter")  # fmt: skip
    print(f"  a table of letter pairs     {table:.3f}\n  the transformer             {loss:.3f}")
    claim(options, loss < table, "Looking further back pays", f"{loss:.3f} is not below {table:.3f}")
    made = (made_up(model, rng, options.temperature) for _ in range(30))
    new = [name for name in made if name not in NAMES]
    print(f"Of 30 names that it made up, not in the list: {len(new)}. {', '.join(new[:10])}")
    print("The figure:")
    plot(history, table, options.out)


if __name__ == "__main__":
    main()
