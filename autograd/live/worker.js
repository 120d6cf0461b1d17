// Python in a Web Worker: it answers the messages of the page as the server of `stepgrad live` does.

const SIZES = await (await fetch("files.json")).json(); // bytes of each file, by its path
const MEMORY = "memory.gz"; // what Python's memory is once it has started and loaded the engine
const hasMemory = MEMORY in SIZES && typeof DecompressionStream === "function";
const COUNTED = ["engine.zip", "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", ...(hasMemory ? [MEMORY] : [])];
const total = COUNTED.reduce((sum, name) => sum + SIZES[name], 0);
let loaded = 0;

/** The answer to a request; the bytes of a copy are counted as they come, as only of the first its code is kept. */
const plainFetch = globalThis.fetch;
globalThis.fetch = async (resource, options) => {
  const response = await plainFetch(resource, options);
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  count(response.clone());
  return response;
};

async function count({ body }) {
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    loaded += value.length;
    postMessage({ share: Math.min(loaded / total, 1) });
  }
}

const BEGIN = `
import json
import sys

if "/engine" not in sys.path: # where it starts from its memory, it is
    sys.path.insert(0, "/engine")
from autograd.drawing.render import render_with
from autograd.live import Session
import nn.page.live_tab # adds its tab, as for the command

def rendered(source, kind):
    if kind != "svg":
        raise RuntimeError("only SVG is drawn in a browser")
    return lay_out(source).encode()

render_with(rendered)
session = Session()
lambda message: json.dumps(session.handle(json.loads(message)))
`;

/** Python then starts from there, in a tenth of the time; a page that was exported without Node.js has none. */
async function unpackedMemory() {
  const { body } = await fetch(MEMORY);
  return new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function start() {
  const memory = hasMemory ? unpackedMemory() : undefined;
  const archive = fetch("engine.zip").then((response) => response.arrayBuffer());
  const [{ loadPyodide }, { instance }] = await Promise.all([
    import("./pyodide/pyodide.mjs"),
    import("./viz/viz.js"),
  ]);
  const [python, graphviz] = await Promise.all([
    loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href, _loadSnapshot: memory }),
    instance(),
  ]);
  python.unpackArchive(await archive, "zip", { extractDir: "/engine" });
  python.globals.set("lay_out", (source) => graphviz.renderString(source, { format: "svg", engine: "dot" }));
  return python.runPython(BEGIN);
}

try {
  const handle = await start();
  globalThis.fetch = plainFetch;
  onmessage = ({ data: { number, message } }) => {
    try {
      postMessage({ number, answer: handle(message) });
    } catch (error) {
      postMessage({ lost: String(error).split("\n")[0] });
    }
  };
  postMessage({ ready: true });
} catch (error) {
  postMessage({ lost: error.message });
}
