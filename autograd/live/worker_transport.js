// Asks Python in a Web Worker of this page. (In an exported folder it takes the place of transport.js.)
"use strict";

const SECONDS = 20; // what takes longer is given up: the layout of a tangled graph may never end
const questions = new Map(); // those that wait for their answer, by their number
let worker = null; // the promise of the worker that answers
let asked_before = 0;

/** Send a message to the session; the promise of its answer, or an Error with what to do. */
async function ask(message) {
  worker ??= startWorker(() => {}); // the last one was lost
  const answering = await worker;
  const number = ++asked_before;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      lose(answering, `no answer came in ${SECONDS} seconds, and it was given up: take a smaller graph`);
    }, SECONDS * 1000);
    questions.set(number, { resolve, reject, timer });
    answering.postMessage({ number, message: JSON.stringify(message) });
  });
}

/** End a worker; who waits for it is told why, and the next question starts another. */
function lose(lost, why) {
  lost.terminate();
  worker = null;
  for (const { reject, timer } of questions.values()) {
    clearTimeout(timer);
    reject(new Error(why));
  }
  questions.clear();
}

/** Start Python; `report(share)` is told how much of it is loaded. */
function startWorker(report) {
  return new Promise((resolve, reject) => {
    const started = new Worker("worker.js", { type: "module" });
    const fail = (why) => {
      lose(started, why);
      reject(new Error(why));
    };
    started.onmessage = ({ data: { number, answer, share, ready: isReady, lost } }) => {
      if (share !== undefined) report(share);
      else if (isReady) resolve(started);
      else if (lost !== undefined) fail(`Python in this page stopped (${lost}); it is started again when it is asked`);
      else if (questions.has(number)) {
        const { resolve: answered, timer } = questions.get(number);
        clearTimeout(timer);
        questions.delete(number);
        answered(JSON.parse(answer));
      }
    };
    started.onerror = ({ message }) => {
      fail(`Python could not be started in this page (${message || "the browser does not say why"}): reload it, in a newer browser if that does not help`);
    };
  });
}

/** Start Python for the first time, with a bar that shows how far it is; the promise of being ready. */
async function ready(report) {
  if (location.protocol === "file:") {
    throw new Error(
      "a browser does not start Python from a file: serve this folder, for instance with " +
      "python -m http.server, and open the address that it prints",
    );
  }
  if (typeof WebAssembly !== "object") {
    throw new Error("Python runs in this page by WebAssembly, which this browser does not have, or has turned off");
  }
  report("loading Python");
  const bar = Object.assign(document.createElement("progress"), { id: "loading", max: 1, value: 0 });
  bar.setAttribute("aria-label", "loaded");
  document.getElementById("status").after(bar);
  try {
    worker = startWorker((share) => {
      bar.value = share;
      if (share === 1) report("starting Python");
    });
    await worker;
  } finally {
    bar.remove();
  }
  navigator.serviceWorker?.register("offline.js").catch(() => {}); // it then works without a network; not needed
}
