// Writes Python's memory as it is when the engine is loaded. (Run by node; snapshot.py says what for.)
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [pyodide, archive, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" }; // nothing of this computer
const python = await loadPyodide({ indexURL: `${pyodide}/`, args: [], env, _makeSnapshot: true });
python.unpackArchive(Uint8Array.from(await readFile(archive)), "zip", { extractDir: "/engine" });
python.runPython(`
import sys

sys.path.insert(0, "/engine")
import json
import autograd.drawing.render
import autograd.live
import nn.page.live_tab
`);
await writeFile(target, python.makeMemorySnapshot());
