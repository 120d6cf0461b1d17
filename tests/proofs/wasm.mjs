// Python as a browser runs it (npm's pyodide), in node: with the checkout at /sources, on Python's path.

import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Python from the unpacked npm package in a folder; other folders of this machine appear under their names. */
export async function startPython(folder, folders = {}) {
  const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
  const python = await loadPyodide({ indexURL: resolve(folder) + "/" });
  const mounted = { "/sources": fileURLToPath(new URL("../..", import.meta.url)), ...folders };
  for (const [name, real] of Object.entries(mounted)) python.mountNodeFS(name, resolve(real));
  python.globals.set("paths", python.toPy(Object.keys(mounted)));
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path[:0] = paths");
  return python;
}

export const describePython =
  "from autograd import engine; import sys; " +
  "f'{engine()} engine, Python {sys.version.split()[0]} on {sys.platform}'";
