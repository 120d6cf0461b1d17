// Prints how long chains of more and more operations take from building to freeing in Python as a browser runs it.
//
// npm pack pyodide@314.0.7 && tar xzf pyodide-314.0.7.tgz && node tests/proofs/deep_in_wasm.mjs package

import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = resolve(process.argv[2] ?? "package");
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: folder + "/" });
python.mountNodeFS("/sources", fileURLToPath(new URL("../..", import.meta.url)));
python.runPython(`
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/sources")
from autograd import Value, engine

def gradient_through(operations):
    x = Value(1.0)
    y = x
    for _ in range(operations):
        y = y + x
    y.backward()
    return x.grad
`);
console.log(python.runPython("f'{engine()} engine, Python {sys.version.split()[0]} on {sys.platform}'"));
for (const operations of [1000, 10_000, 100_000, 500_000]) {
  const start = performance.now();
  const gradient = python.runPython(`gradient_through(${operations})`);
  const milliseconds = (performance.now() - start).toFixed(0);
  console.log(`${operations} operations: gradient ${gradient}, freed, ${milliseconds} ms`);
}
