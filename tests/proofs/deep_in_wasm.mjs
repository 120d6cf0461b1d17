// Prints how long chains of more and more operations take from building to freeing in Python as a browser runs it.
//
// npm pack pyodide@314.0.7 && tar xzf pyodide-314.0.7.tgz && node tests/proofs/deep_in_wasm.mjs package

import { describePython, startPython } from "./wasm.mjs";

const python = await startPython(process.argv[2] ?? "package");
console.log(python.runPython(describePython));
python.runPython(`
import gc
from autograd import Value, weighted_sum

def of_two(y, x):
    return y + x

def of_one(y, x):
    return y.sin()

def of_many(y, x):
    return weighted_sum([y, x], [x, y], x)

def gradient_through(operation, operations):
    "A chain is built, differentiated and freed."
    x = Value(0.5)
    y = x
    for _ in range(operations):
        y = operation(y, x)
    y.backward()
    return x.grad

def in_a_circle(operation, operations):
    "The same, freed by the garbage collector: a list that holds itself holds the chain."
    x = Value(0.5)
    y = x
    for _ in range(operations):
        y = operation(y, x)
    circle = [y]
    circle.append(circle)
    del y, circle
    return gc.collect()

def with_an_error(operation, operations):
    "The same, freed with the frames of an error."
    def fail():
        y = x = Value(0.5)
        for _ in range(operations):
            y = operation(y, x)
        raise ValueError
    try:
        fail()
    except ValueError:
        return "an error"

def stepped(operation, operations):
    "The same, freed with a stepper, whose steps and names hold each node as well."
    x = Value(0.5)
    y = x
    for _ in range(operations):
        y = operation(y, x)
    stepper = y.steps()
    return len(stepper)
`);
for (const way of ["gradient_through", "in_a_circle", "with_an_error", "stepped"]) {
  for (const operation of ["of_one", "of_two", "of_many"]) {
    for (const operations of way === "stepped" ? [20_000] : [2000, 20_000, 200_000]) {
      const start = performance.now();
      python.runPython(`${way}(${operation}, ${operations})`);
      const milliseconds = (performance.now() - start).toFixed(0);
      console.log(`${way}(${operation}, ${operations}): freed, ${milliseconds} ms`);
    }
  }
}
