// The live page: its tabs, the link that holds their state, and the player of a walk, loaded again and again.
// (transport.js, program.js, RULES and startPlayer come before this; the scripts of the tabs after it.)
"use strict";

const VERSION = "1"; // of the link
const LONGEST_LINK = 20_000; // characters; a link may come from a stranger
const tabs = new Map(); // by name in lower case: what the tab does
let shown = ""; // the name of the tab that is shown
const PATIENCE = 700; // milliseconds, before it is said that an answer is on its way
let waiting = 0; // questions without an answer yet
let standing = ""; // what is said while nothing else is

const byId = (id) => document.getElementById(id);

/** Have the tab of that name call `open`, `close`, `state` and `restore`, whichever it has. */
function addTab(name, tab) {
  tabs.set(name.toLowerCase(), tab);
}

/** Say how it stands, for all to see and for screen readers. */
function say(words, wrong = false) {
  if (byId("status").textContent !== words) byId("status").textContent = words; // or it would be said again
  byId("status").classList.toggle("wrong", wrong);
}

/** Ask, and say so where nobody answers, or where that takes long; the answer, or null. */
async function asked(message) {
  waiting += 1;
  const timer = setTimeout(() => say("working …"), PATIENCE);
  try {
    const answer = await ask(message);
    waiting -= 1;
    if (!waiting && standing) say(standing);
    return answer;
  } catch (error) {
    waiting -= 1;
    say(error.message, true);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/* --- Tabs ----------------------------------------------------------------------------------------------- */

function select(name, state) {
  if (shown && shown !== name) tabs.get(shown)?.close?.();
  const isNew = shown !== name;
  shown = name;
  for (const button of document.querySelectorAll("[role=tab]")) {
    const selected = button.id === `tab-${name}`;
    button.setAttribute("aria-selected", String(selected));
    button.tabIndex = selected ? 0 : -1;
    byId(button.getAttribute("aria-controls")).hidden = !selected;
  }
  const tab = tabs.get(name);
  if (isNew) tab?.open?.();
  if (state) tab?.restore?.(state);
  keepLink();
}

const nameOf = (button) => button.id.slice("tab-".length);

function listenToTabs() {
  const buttons = [...document.querySelectorAll("[role=tab]")];
  buttons.forEach((button, place) => {
    button.addEventListener("click", () => turnTo(nameOf(button)));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation(); // it would take a step of the walk
      const other = buttons[(place + step + buttons.length) % buttons.length];
      other.focus();
      turnTo(nameOf(other));
    });
  });
}

/* --- The link: #1/tab?key=value&… ------------------------------------------------------------------------ */

let keeping = 0;
let address = location.hash; // as it was last read or written here

/** Put the state into the address; how: "replaceState", or "pushState" for a new entry of the history. */
function writeLink(how) {
  history[how](null, "", linkTo(shown));
  address = location.hash;
}

/** Put the state into the address, a little later: while something moves that is often, and browsers count. */
function keepLink() {
  keeping ||= setTimeout(() => {
    keeping = 0;
    if (location.hash === address) writeLink("replaceState"); // else another link was put there, to be followed
  }, 400);
}

/** Show another tab, because someone asked for it: Back returns to this one as it is now. */
function turnTo(name) {
  if (name === shown) return;
  if (shown) writeLink("replaceState");
  select(name);
  writeLink("pushState");
}

/** The link to the state of a tab; where that is too long for one, to its start. */
function linkTo(name) {
  const state = new URLSearchParams(tabs.get(name)?.state?.() ?? {});
  const link = `#${VERSION}/${name}?${state}`;
  return link.length > LONGEST_LINK ? `#${VERSION}/${name}?` : link;
}

/** Show what the link says, if it says something; in words, why it is not followed. */
function followLink() {
  const { hash } = location;
  address = hash;
  const [, version, name, state] = /^#(\d+)\/([a-z]+)\?(.*)$/s.exec(hash) ?? [];
  const why = {
    "it is too long": hash.length > LONGEST_LINK,
    "it is not one of this page": !name && hash.length > 1,
    "it is of another version of this page": version && version !== VERSION,
    "there is no such tab": version === VERSION && !byId(`tab-${name}`),
  };
  const [wrong] = Object.keys(why).filter((words) => why[words]);
  if (!wrong && name) select(name, Object.fromEntries(new URLSearchParams(state)));
  else if (!shown) select(nameOf(document.querySelector("[role=tab]")), {});
  return wrong ? `the link was not followed: ${wrong}` : "";
}

/* --- The player ------------------------------------------------------------------------------------------ */

let player = null; // there is one at a time: its elements have ids

function closePlayer() {
  player?.close();
  document.querySelectorAll("[data-walk]").forEach((holder) => holder.replaceChildren());
  delete document.documentElement.dataset.phase; // the colour of the pass that its step is of
  player = null;
}

/**
 * Show a walk in a panel, from that step on (Infinity: after the last), and return its player.
 * The markup is the session's own, in which all that a user typed is escaped; no script in it would run.
 */
function showWalk(panel, { markup, walk }, place = 0) {
  closePlayer();
  const holder = panel.querySelector("[data-walk]");
  holder.innerHTML = markup;
  const data = Object.assign(document.createElement("script"), { type: "application/json", id: "walk" });
  data.textContent = walk;
  const said = Object.assign(document.createElement("p"), { id: "said", className: "hidden" });
  said.setAttribute("aria-live", "polite");
  holder.append(data, said);
  const graph = Object.assign(document.createElement("div"), { id: "graph" });
  const stage = byId("stage");
  stage.querySelectorAll("#graph").forEach((drawn) => drawn.removeAttribute("id")); // the name that Graphviz gave
  stage.replaceWith(graph);
  graph.append(stage);
  player = startPlayer();
  player.goto(place);
  return player;
}

/* --- Files and the clipboard ----------------------------------------------------------------------------- */

/** Hand a file to whoever reads the page. */
function saveFile(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Put a text on the clipboard; whether the browser allowed it. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/* --- The begin ------------------------------------------------------------------------------------------- */

async function begin() {
  listenToTabs();
  try {
    await ready(say);
  } catch (error) {
    return say(error.message, true);
  }
  const hello = await asked({ kind: "hello" });
  if (!hello) return undefined;
  const tellReady = () => {
    standing = [`ready · ${hello.engine} engine`, followLink()].filter(Boolean).join(" · ");
    say(standing);
  };
  addEventListener("hashchange", tellReady);
  return tellReady();
}
