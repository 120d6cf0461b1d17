# cython: annotation_typing=False, infer_types=True, cdivision=True, boundscheck=False, wraparound=False
"""What an iteration does to all parameters, in loops of its own. (The C types are in updates.pxd.)"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from array import array
    from math import isfinite, sqrt

    from autograd.core.nodes import node_in
    from autograd.core.value import Value
else:
    from cython.cimports.autograd.core.nodes import node_in
    from cython.cimports.autograd.core.value import Value
    from cython.cimports.cpython.array import array, clone
    from cython.cimports.libc.math import isfinite, sqrt

from math import hypot

Numbers = Any  # an array of doubles

SAMPLE = array("d")
WHOLE = cython.compiled  # whether Ctrl-C waits for the end of each of these


def zeros(count: int) -> Numbers:
    """An array of so many zeros."""
    return array("d", [0.0]) * count


def room_for(count: int) -> Numbers:
    """An array for so many numbers, which are still to be written."""
    if cython.compiled:
        return clone(SAMPLE, count, False)
    return zeros(count)


def data_of(parameters: list[Value]) -> Numbers:
    """The numbers that the parameters hold."""
    result = room_for(len(parameters))
    numbers = numbers_in(result, len(parameters))
    for i in range(len(parameters)):
        numbers[i] = nth(parameters, i)._data
    return result


def gradients_of(parameters: list[Value], decay: float = 0.0, scale: float = 1.0) -> Numbers:
    """Their gradients × scale, each plus decay × the parameter."""
    result = room_for(len(parameters))
    numbers = numbers_in(result, len(parameters))
    for i in range(len(parameters)):
        parameter = nth(parameters, i)
        gradient = parameter._grad * scale
        numbers[i] = gradient + decay * parameter._data if decay != 0.0 else gradient
    return result


def take_gradients(parameters: list[Value]) -> Numbers:
    """Their gradients, which are then 0."""
    result = room_for(len(parameters))
    numbers = numbers_in(result, len(parameters))
    for i in range(len(parameters)):
        parameter = nth(parameters, i)
        numbers[i], parameter._grad = parameter._grad, 0.0
    return result


def are_data_of(parameters: list[Value], data: Numbers) -> bool:
    """Whether these are the numbers that the parameters hold, NaN or not."""
    numbers = numbers_in(data, len(parameters))
    for i in range(len(parameters)):
        x = nth(parameters, i)._data
        if x != numbers[i] and (x == x or numbers[i] == numbers[i]):
            return False
    return True


def zero_gradients(parameters: list[Value]) -> None:
    """Set the gradients to 0."""
    for i in range(len(parameters)):
        nth(parameters, i)._grad = 0.0


def have_gradients(parameters: list[Value]) -> bool:
    """Whether one of the gradients is not 0."""
    for i in range(len(parameters)):
        gradient = nth(parameters, i)._grad
        if gradient != 0.0:
            return True
    return False


def put_back(parameters: list[Value], data: Numbers) -> None:
    """Set the numbers that the parameters hold."""
    numbers = numbers_in(data, len(parameters))
    for i in range(len(parameters)):
        nth(parameters, i)._data = numbers[i]


def put_gradients(parameters: list[Value], gradients: Numbers) -> None:
    """Set the gradients."""
    numbers = numbers_in(gradients, len(parameters))
    for i in range(len(parameters)):
        nth(parameters, i)._grad = numbers[i]


def difference(one: Numbers, other: Numbers) -> Numbers:
    """one − other."""
    result = room_for(len(one))
    count = len(one)
    numbers, x, y = numbers_in(result, count), numbers_in(one, count), numbers_in(other, count)
    for i in range(count):
        numbers[i] = x[i] - y[i]
    return result


def norm(numbers: Numbers) -> float:
    """√Σx², without overflow."""
    total, x = 0.0, numbers_in(numbers, len(numbers))
    for i in range(len(numbers)):
        total += x[i] * x[i]
    return sqrt(total) if 1e-290 < total < 1e290 else hypot(*numbers)


def norm_of_data(parameters: list[Value]) -> float:
    """The norm of the numbers that the parameters hold; no array is made for it."""
    total = 0.0
    for i in range(len(parameters)):
        x = nth(parameters, i)._data
        total += x * x
    return sqrt(total) if 1e-290 < total < 1e290 else norm(data_of(parameters))


def norm_of_gradients(parameters: list[Value]) -> float:
    """The norm of the gradients of the parameters."""
    total = 0.0
    for i in range(len(parameters)):
        x = nth(parameters, i)._grad
        total += x * x
    return sqrt(total) if 1e-290 < total < 1e290 else norm(gradients_of(parameters))


def keep(parameters: list[Value], data: Numbers) -> float:
    """Copy the numbers that the parameters hold into an array; the norm of their gradients."""
    total, numbers = 0.0, numbers_in(data, len(parameters))
    for i in range(len(parameters)):
        parameter = nth(parameters, i)
        numbers[i], x = parameter._data, parameter._grad
        total += x * x
    return sqrt(total) if 1e-290 < total < 1e290 else norm(gradients_of(parameters))


def shrink(parameters: list[Value], factor: float) -> None:
    """parameter ← parameter × factor."""
    for i in range(len(parameters)):
        parameter = nth(parameters, i)
        parameter._data *= factor


def descend(parameters: list[Value], moves: Numbers, rate: float) -> None:
    """parameter ← parameter − rate × move."""
    move = numbers_in(moves, len(parameters))
    for i in range(len(parameters)):
        parameter = nth(parameters, i)
        parameter._data -= rate * move[i]


def descend_gradients(parameters: list[Value], rate: float) -> None:
    """parameter ← parameter − rate × its gradient."""
    for i in range(len(parameters)):
        parameter = nth(parameters, i)
        parameter._data -= rate * parameter._grad


def roll(
    parameters: list[Value], gradients: Numbers, velocities: Numbers, rate: float, momentum: float
) -> None:
    """velocity ← momentum × velocity + gradient; parameter ← parameter − rate × velocity."""
    count = len(parameters)
    velocity, gradient = numbers_in(velocities, count), numbers_in(gradients, count)
    for i in range(count):
        velocity[i] = momentum * velocity[i] + gradient[i]
    descend(parameters, velocities, rate)


def adaptive_moves(
    means: Numbers,
    squares: Numbers,
    gradients: Numbers,
    beta1: float,
    beta2: float,
    scale: float,
    epsilon: float,
) -> Numbers:
    """mean ← β₁ mean + (1 − β₁) gradient; square ← β₂ square + (1 − β₂) gradient²; and returned is for each
    mean / (√(square / scale) + ε)."""
    count = len(means)
    result = room_for(count)
    move, mean, square = numbers_in(result, count), numbers_in(means, count), numbers_in(squares, count)
    adapt(move, mean, square, numbers_in(gradients, count), beta1, beta2, scale, epsilon, count)
    return result


if not cython.compiled:

    def adapt(
        move: Numbers,
        mean: Numbers,
        square: Numbers,
        gradient: Numbers,
        beta1: float,
        beta2: float,
        scale: float,
        epsilon: float,
        count: int,
    ) -> None:
        """The loop of `adaptive_moves`, which in C has wider vectors."""
        grow1, grow2 = 1.0 - beta1, 1.0 - beta2
        for i in range(count):
            mean[i] = beta1 * mean[i] + grow1 * gradient[i]
            square[i] = beta2 * square[i] + grow2 * gradient[i] * gradient[i]
            move[i] = mean[i] / (sqrt(square[i] / scale) + epsilon)


def take_step(optimizer: Any, parameters: list[Value], sound: Numbers, notes: list[Any]) -> float:
    """One step of an optimizer; returns the norm of the parameters after it.

    If that is finite the step is noted: each of the `notes` is a list, and what to append to it. If not, the
    parameters are again what they were, `sound`.
    """
    optimizer.step()
    size = norm_of_data(parameters)
    if isfinite(size):
        for numbers, number in notes:
            numbers.append(number)
    else:
        put_back(parameters, sound)
    return size


# --- Tables: a row after another in an array -------------------------------------------------------------


def varying_columns(table: Numbers, width: int) -> list[int]:
    """The columns in which not all rows have the number of the first, NaN or not."""
    count = len(table) // width if width else 0
    numbers = numbers_in(table, count * width)
    result: list[int] = []
    for column in range(width):
        first = numbers[column] if count else 0.0
        for row in range(1, count):
            x = numbers[row * width + column]
            if x != first and (x == x or first == first):
                result.append(column)
                break
    return result


def columns_of(table: Numbers, width: int, columns: list[int]) -> Numbers:
    """The table of these columns alone."""
    count, kept = len(table) // width if width else 0, len(columns)
    result, places = room_for(count * kept), array("i", columns)
    numbers, kept_numbers = numbers_in(table, count * width), numbers_in(result, count * kept)
    for k in range(kept):
        column: int = places[k]
        for row in range(count):
            kept_numbers[row * kept + k] = numbers[row * width + column]
    return result


def rows_of(table: Numbers, width: int, rows: list[int]) -> Numbers:
    """The table of these rows alone."""
    count = len(rows)
    result = room_for(count * width)
    numbers, picked = numbers_in(table, len(table)), numbers_in(result, count * width)
    for i in range(count):
        start: int = rows[i]
        if not 0 <= start * width <= len(table) - width:
            raise IndexError(f"the table has no row {start}")
        for column in range(width):
            picked[i * width + column] = numbers[start * width + column]
    return result


def items_at(things: list[Any], places: Any) -> list[Any]:
    """What a list has at these places."""
    return [things[place] for place in places]


# --- Columns: the numbers of some examples ---------------------------------------------------------------


def hits_of(numbers: Numbers, right: Numbers, examples: Any) -> list[float]:
    """For each of these examples, 1.0 if the first of its largest numbers is in the right column, else 0.0.

    `numbers` has the columns one after the other, `right` the column for every example that there is.
    """
    count, x, known = len(examples), numbers_in(numbers, len(numbers)), ints_in(right)
    columns = len(numbers) // max(count, 1)
    answers: list[float] = []
    for k in range(count):
        answer, i = 0, examples[k]
        for column in range(1, columns):
            if x[column * count + k] > x[answer * count + k]:
                answer = column
        answers.append(1.0 if answer == known[i] else 0.0)
    return answers


def added(numbers: list[float]) -> float:
    """The sum in the order of the eager engine: the built-in one rounds otherwise from Python 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total


# --- The order of examples --------------------------------------------------------------------------------


def shuffle(things: list[Any], rng: Any) -> None:
    """Shuffle a list as `rng.shuffle` does, for a random.Random; nn/page/batches.js does the same."""
    draw, bits = rng.getrandbits, len(things).bit_length()
    for i in range(len(things) - 1, 0, -1):
        if i + 1 < 1 << (bits - 1):
            bits -= 1
        j: int = draw(bits)
        while j > i:
            j = draw(bits)
        things[i], things[j] = things[j], things[i]


def nth(parameters: list[Value], i: int) -> Value:
    """A parameter, which must be a Value."""
    if cython.compiled and not isinstance(cython.cast(object, node_in(parameters, i)), Value):
        cython.cast(Value, parameters[i], typecheck=True)
    return node_in(parameters, i)


def numbers_in(numbers: Numbers, count: int) -> Numbers:
    """The C array in an array of so many numbers; interpreted, the array itself."""
    if len(numbers) != count:
        raise ValueError(f"there are {count} parameters, and {len(numbers)} numbers for them")
    return numbers.data.as_doubles if cython.compiled else numbers


def ints_in(numbers: Numbers) -> Numbers:
    """The same for an array of ints."""
    return numbers.data.as_ints if cython.compiled else numbers
