// The tab Expression: a graph as one types, its numbers as one drags, and what is taken along.
"use strict";

{
  const panel = byId("panel-expression");
  const field = byId("expression");
  const take = byId("take"); // stands in the head of each player in turn
  const START = "(a*b + c) * f";
  let values = new Map(); // by name, as text: what each leaf is
  let latest = 0; // the number of the last question
  let typed = 0; // the timer of the next
  let resting = 0; // the timer since a number was moved
  let names = []; // of the leaves of the graph that is seen; `values` also knows those that were there before
  let drawn = ""; // the expression whose graph is seen

  const message = (kind) => ({ kind, text: drawn, values: numbers() });
  const numbers = () => Object.fromEntries(names.map((name) => [name, values.get(name)]));

  /** Show the graph of what is typed; an error leaves the last good one where it is. */
  async function update(place = player?.place() ?? Infinity) {
    const mine = ++latest;
    const text = field.value;
    const answer = await asked({ kind: "expression", text, values: Object.fromEntries(values) });
    if (mine !== latest || answer === null) return;
    showError(answer);
    if (!answer.ok) return;
    drawn = text;
    for (const [name, number] of Object.entries(answer.values)) values.set(name, number);
    names = Object.keys(answer.values);
    showWalk(panel, answer, place);
    panel.querySelector("#player > header").prepend(take);
    hideProgram();
    keepLink();
  }

  /** What is wrong, under the character that it is about. */
  function showError({ ok, error, column }) {
    const place = byId("expression-error");
    place.textContent = ok ? "" : error;
    place.dataset.column = column ?? "";
    place.style.setProperty("--column", column ? column - 1 : 0);
    place.style.setProperty("--scrolled", `${field.scrollLeft}px`);
    field.setAttribute("aria-invalid", String(!ok));
  }

  /** The numbers as they are in their fields now. */
  function readValues() {
    for (const { dataset, value } of panel.querySelectorAll("[data-variable]")) {
      if (value.trim()) values.set(dataset.variable, value);
    }
    hideProgram();
    keepLink();
    clearTimeout(resting);
    resting = setTimeout(adoptNumbers, 150);
  }

  /** Once no number moves: the engine's own, in the player that is there. */
  async function adoptNumbers() {
    const [mine, sent] = [player, message("expression-numbers")];
    const answer = await asked(sent);
    const same = JSON.stringify(sent.values) === JSON.stringify(numbers());
    if (answer?.ok && mine && mine === player && same) mine.adopt(answer);
  }

  function hideProgram() {
    byId("python").hidden = true;
    byId("taken").textContent = "";
  }

  field.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => update(), 120);
  });
  byId("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typed);
    update();
  });
  byId("gallery").addEventListener("change", ({ target }) => {
    const chosen = target.selectedOptions[0];
    if (!chosen.value) return;
    field.value = chosen.value;
    values = new Map(new URLSearchParams(chosen.dataset.values));
    target.value = "";
    update();
  });
  panel.addEventListener("input", ({ target }) => {
    if (target.matches("[data-variable], [data-slider]")) readValues();
  });
  panel.addEventListener("click", ({ target }) => {
    if (target.closest("#nudge, #deal, #restore")) readValues();
  });
  panel.addEventListener("click", async (event) => {
    if (!event.target.closest("#predict") || !player || player.isKnown()) return;
    event.stopPropagation(); // slips are diagnosed for numbers that the session knows: it is told them first
    await update();
    byId("predict").click();
  }, { capture: true });

  /* --- Taking it along ---------------------------------------------------------------------------------- */

  async function taken(kind, use) {
    const answer = await asked(message(kind));
    if (answer) byId("taken").textContent = answer.ok ? await use(answer) : answer.error;
  }

  byId("copy-python").addEventListener("click", () => taken("expression-python", async ({ python }) => {
    Object.assign(byId("python"), { value: python, hidden: false, rows: python.split("\n").length });
    return (await copyText(python)) ? "copied" : "here it is";
  }));
  byId("save-svg").addEventListener("click", () => taken("expression-svg", ({ svg }) => {
    saveFile("graph.svg", "image/svg+xml", svg);
    return "saved as graph.svg";
  }));
  byId("save-page").addEventListener("click", () => taken("expression-page", ({ html }) => {
    saveFile("lesson.html", "text/html", html);
    return "saved as lesson.html";
  }));
  byId("copy-link").addEventListener("click", async () => {
    const link = new URL(linkTo("expression"), location.href).href;
    const isTooLong = link.endsWith("?"); // then it has no expression
    byId("taken").textContent = isTooLong ? "it is too long for a link: save the step page" : (await copyText(link)) ? "copied" : link;
  });

  addTab("Expression", {
    open() {
      if (drawn) update();
    },
    close: closePlayer,
    state: () => ({ "*": drawn || field.value, ...numbers() }),
    restore(state) {
      const { "*": text = START, ...numbers } = state;
      field.value = text;
      values = new Map(Object.entries(numbers));
      update();
    },
  });
}
