// The tab Network: what is chosen is recorded in Python, and trained here; the walk of one example.
"use strict";

{
  const panel = byId("panel-network");
  const holder = byId("network-holder");
  const fresh = holder.firstElementChild.cloneNode(true); // the network as it is before any is shown
  const fields = [...panel.querySelectorAll("[data-setting]")];
  const FIRST = {
    dataset: "moons", noise: "0.1", count: "100", seed: "1", layers: "8", activation: "tanh", loss: "cross-entropy",
    optimizer: "Adam", "learning-rate": "0.03", "batch-size": "", "weight-decay": "0",
  };
  let settings = { ...FIRST }; // of the network that is shown
  let pending = null; // those of the network that was asked for, until it comes
  let current = null; // the NetworkPage that is shown
  let wanted = ""; // what is to be done to the network that comes: the log of a link, or added and deleted examples
  let latest = 0; // the number of the last question

  /* --- What is chosen ------------------------------------------------------------------------------------ */

  function showSettings(losses) {
    const shown = pending ?? settings;
    for (const field of fields) {
      if (losses && field.dataset.setting === "loss") {
        field.replaceChildren(...losses.map((name) => new Option(name)));
      }
      if (document.activeElement !== field || field.tagName === "SELECT") field.value = shown[field.dataset.setting];
    }
    const sizes = shown.layers.split(/[ ,]+/).filter(Boolean);
    byId("sizes").replaceChildren(...sizes.map((size, layer) => sizeOf(layer, Number(size))));
    byId("fewer-layers").disabled = !sizes.length;
    byId("more-layers").disabled = sizes.length >= Number(byId("more-layers").dataset.most);
  }

  /** A layer with buttons for one neuron fewer, and one more. */
  function sizeOf(layer, size) {
    const button = (sign, change, what) => {
      const made = Object.assign(document.createElement("button"), { type: "button" });
      made.dataset.sign = sign; // drawn by the style: what it is called has other words
      made.setAttribute("aria-label", `${what} neuron in layer ${layer}`);
      made.disabled = size + change < 1 || size + change > 16;
      made.addEventListener("click", () => resize((sizes) => (sizes[layer] = size + change)));
      return made;
    };
    const row = document.createElement("div");
    const words = Object.assign(document.createElement("span"), { textContent: `layer ${layer}: ${size}` });
    row.append(words, button("−", -1, "one fewer"), button("+", 1, "one more"));
    return row;
  }

  function resize(change) {
    const sizes = (pending ?? settings).layers.split(/[ ,]+/).filter(Boolean).map(Number);
    change(sizes);
    choose({ layers: sizes.join(" ") });
  }

  /** Take other settings; examples that were added or deleted stay so, unless other data are chosen. */
  function choose(changes) {
    const keepsData = !["dataset", "noise", "count", "seed"].some((name) => name in changes);
    wanted = keepsData && current ? current.log.textOfExamples() : "";
    const rate = current ? { "learning-rate": String(current.training.optimizer.learning_rate) } : {};
    rebuild({ ...(pending ?? settings), ...rate, ...changes });
    showSettings(); // the answer may take a moment
  }

  /** Have the network of these settings; those of now stay where they are refused. */
  async function rebuild(chosen) {
    const mine = ++latest;
    pending = chosen;
    const answer = await asked({ kind: "network", settings: chosen });
    if (mine !== latest) return;
    pending = null;
    if (answer === null) return;
    byId("choices-error").textContent = answer.ok ? "" : answer.error;
    if (!answer.ok) return refused();
    settings = answer.settings;
    showSettings(answer.losses);
    show(answer.network);
    current.redo(wanted);
    wanted = "";
    keepLink();
  }

  /** Stay with the network of before; where there is none, take the one that the page begins with. */
  async function refused() {
    wanted = "";
    keepLink();
    if (current) return;
    const why = byId("choices-error").textContent;
    await rebuild(FIRST);
    byId("choices-error").textContent = why;
    byId("choices").open = true;
  }

  /** Show a network in the place of the one before. */
  function show(network) {
    const pace = panel.querySelector("#pace-of-training")?.value;
    current?.close();
    byId("network-python").hidden = true; // it is of another network
    byId("network-taken").textContent = "";
    const section = fresh.cloneNode(true);
    holder.replaceChildren(section);
    if (pace) section.querySelector("#pace-of-training").value = pace;
    current = new NetworkPage(section, network, RULES, MOVES_OF[network.optimizer.name]);
    current.changed = keepLink;
  }

  /* --- Every operation of one example ---------------------------------------------------------------------- */

  let walks = 0; // those asked for; an answer that comes after one has gone back, or on, is too late

  async function walk(place) {
    const mine = ++walks;
    current.stop();
    const { training } = current;
    if (!training.rows.length) return current.say("There is no example to walk through: add one.");
    const parameters = training.parameters.map(({ data }) => data);
    const chosen = { settings, parameters, example: training.exampleNumbers(current.example) };
    const answer = await asked({ kind: "network-walk", ...chosen });
    if (answer === null || mine !== walks) return undefined;
    if (!answer.ok) return current.say(answer.error);
    byId("experiment").hidden = byId("network-python").hidden = true;
    byId("operations").hidden = false;
    showWalk(panel, answer, place ?? stepOf(JSON.parse(answer.walk)));
    return tellUpdate();
  }

  /** The step that computes the chosen neuron; of none, the start. */
  function stepOf({ steps }) {
    const neuron = current.network.shape.neurons[current.chosen.neuron];
    const found = neuron ? steps.findIndex(({ phase, node }) => phase === "forward" && node === neuron.output) : -1;
    return found + 1;
  }

  /** What comes of the gradients of this example: the mean over all, and the update of the chosen neuron's weights. */
  function tellUpdate() {
    const { training, single, next, chosen, network, example: which } = current;
    const neuron = network.shape.neurons[chosen.neuron ?? network.shape.neurons.length - 1];
    const own = chosen.weight !== undefined ? [chosen.weight]
      : [...neuron.terms.map(([index]) => index), ...(neuron.bias === null ? [] : [neuron.bias])];
    const batch = training.batch();
    const isIn = batch.includes(training.rows[which]);
    byId("operations-say").textContent =
      `Example ${which}: forward, backward, and then the update, in which it ${isIn ? `counts as one of ${batch.length}` : "does not count: it is not in the next batch"}.`;
    const cell = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
    const line = (tag, texts) => {
      const made = document.createElement("tr");
      made.append(...texts.map((text) => cell(tag, text)));
      return made;
    };
    const table = document.createElement("table");
    table.append(line("th", ["parameter", "gradient of this example", `mean of ${batch.length}`, "update"]));
    for (const index of own) {
      const parameter = training.parameters[index];
      const update = current.inspector.updateOf(index, next[index]);
      table.append(line("td", [parameter.name, String(single[index]), String(parameter.grad), update]));
    }
    byId("then").replaceChildren(table);
  }

  function toNetwork() {
    walks++;
    closePlayer();
    byId("operations").hidden = true;
    byId("experiment").hidden = false;
  }

  /* --- Taken along ----------------------------------------------------------------------------------------- */

  /** Ask for something made of the network as it is now, and do that with it. */
  async function taken(kind, more, use) {
    current.stop();
    settings["learning-rate"] = String(current.training.optimizer.learning_rate);
    const answer = await asked({ kind, settings, ...more });
    if (answer) byId("network-taken").textContent = answer.ok ? await use(answer) : answer.error;
  }

  /** As Python: what is there now, or so many updates, if these led there. */
  function copyProgram() {
    const { training, log } = current;
    const points = training.rows.map((_, i) => training.exampleNumbers(i));
    const parameters = training.parameters.map(({ data }) => data);
    return taken("network-python", { points, parameters, updates: log.alone }, showProgram);
  }

  /** As a file: what was done is done again there. */
  function saveRun() {
    const { text, left } = current.log.forLink(current.training);
    return taken("network-page", { done: text }, (answer) => `${savePage(answer)}${left && `: ${left}`}`);
  }

  async function showProgram({ python }) {
    Object.assign(byId("network-python"), { value: python, hidden: false });
    return (await copyText(python)) ? "copied" : "below: copy it from there";
  }

  async function copyLinkToNow() {
    current.stop();
    const link = new URL(linkTo("network"), location.href).href;
    const { left } = current.log.forLink(current.training);
    const isCopied = await copyText(link);
    byId("network-taken").textContent = `${isCopied ? "copied" : link}${left && `: ${left}`}`;
  }

  function savePage({ html }) {
    saveFile("network.html", "text/html", html);
    return "saved as network.html";
  }

  /* --- What is pressed ------------------------------------------------------------------------------------- */

  panel.addEventListener("change", ({ target }) => {
    if (target.dataset.setting) choose({ [target.dataset.setting]: target.value });
  });
  panel.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  byId("more-layers").addEventListener("click", () => resize((sizes) => sizes.push(sizes.at(-1) ?? 4)));
  byId("fewer-layers").addEventListener("click", () => resize((sizes) => sizes.pop()));
  byId("every-operation").addEventListener("click", () => walk());
  byId("network-copy").addEventListener("click", copyProgram);
  byId("network-link").addEventListener("click", copyLinkToNow);
  byId("network-save").addEventListener("click", saveRun);
  byId("to-network").addEventListener("click", toNetwork);
  byId("update-and-walk").addEventListener("click", () => {
    current.step();
    walk(0);
  });
  if (matchMedia("(max-width: 900px)").matches) byId("choices").open = false;

  addTab("Network", {
    open: () => {
      if (!current && !pending) rebuild(settings);
    },
    close: () => {
      current?.stop();
      toNetwork();
    },
    state: () => {
      const chosen = Object.entries(pending ?? settings).filter(([name, text]) => text !== FIRST[name]);
      const done = pending ? wanted : current?.redoing || current?.log.forLink(current.training).text;
      return Object.fromEntries(done ? [...chosen, ["done", done]] : chosen);
    },
    restore: (state) => {
      const known = Object.fromEntries(Object.entries(state).filter(([name]) => name in FIRST));
      const chosen = { ...FIRST, ...known };
      const done = state.done ?? "";
      const isSame = Object.keys(FIRST).every((name) => chosen[name] === settings[name]);
      if (isSame && current && done === current.log.forLink(current.training).text) return;
      wanted = done;
      toNetwork();
      current?.stop();
      rebuild(chosen);
    },
  });
}
