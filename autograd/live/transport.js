// Asks the server that this page came from. (Another file takes its place where Python runs in the page.)
"use strict";

/** Send a message to the session; the promise of its answer, or an Error with what to do. */
async function ask(message) {
  let response;
  try {
    response = await fetch("ask", { method: "POST", body: JSON.stringify(message) });
  } catch {
    throw new Error("the server does not answer: start stepgrad live again, and open the address that it prints");
  }
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}

/** Tell `report(words, share)` how far the start is; the promise of being ready. */
const ready = async () => undefined;
