// Runs the tests of the engine in Python as a browser runs it, which is the newest one too; what cannot run there is
// said. Graphs are laid out by npm's @viz-js/viz, if its folder is given.
//
// npm pack pyodide@314.0.7 && tar xzf pyodide-314.0.7.tgz
// pip install --target packages --only-binary :all: --platform any --implementation py --python-version 3.14 \
//     pytest hypothesis mpmath graphviz tqdm
// node tests/proofs/suite_in_wasm.mjs package packages [VIZ] [-- ARGUMENTS OF PYTEST]

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describePython, startPython } from "./wasm.mjs";

const end = process.argv.includes("--") ? process.argv.indexOf("--") : process.argv.length;
const [folder, packages, viz] = process.argv.slice(2, end);
const python = await startPython(folder, { "/packages": packages });
console.log(python.runPython(describePython));
if (viz) {
  const { instance } = await import(pathToFileURL(resolve(viz, "dist/viz.js")));
  const engine = await instance();
  python.globals.set("lay_out", (source) => engine.renderString(source, { format: "svg", engine: "dot" }));
  python.runPython(`
from autograd.drawing.render import render_with

def rendered(source, kind):
    if kind != "svg":
        raise RuntimeError("only SVG is drawn here")
    return lay_out(source).encode()

render_with(rendered)
`);
}
python.globals.set("arguments", python.toPy(process.argv.slice(end + 1)));
process.exitCode = python.runPython(`
import os, sys
import tqdm
tqdm.tqdm.monitor_interval = 0  # it would start a thread
sys.path.insert(0, "/sources/tests/proofs")
os.chdir("/sources")
os.environ["STEPGRAD_GRAPHS"] = "10"
import pytest
int(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "in_wasm", "--tb=short", *arguments]))
`);
