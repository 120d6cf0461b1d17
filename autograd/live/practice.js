// The tab Practice: blanks to fill in. The session judges; the page keeps what was answered, in its order.
"use strict";

{
  const panel = byId("panel-practice");
  const degree = byId("practice-degree");
  const seed = byId("practice-seed");
  const rows = byId("practice-rows");
  let sheet = null; // what the session said of it
  let answers = []; // pairs of a blank and what was typed
  let latest = 0; // the number of the last question for a sheet
  let [judged, shown] = [0, 0]; // the numbers of the last answer that was asked for, and of the one that is shown

  const isSeed = (text) => /^-?\d{1,9}$/.test(text);
  const about = (kind, more = {}) => ({ kind, degree: sheet.degree, seed: sheet.seed, ...more });

  /** Show the sheet of a degree and a seed; of null one is drawn. */
  async function show(chosen, number) {
    const mine = ++latest;
    const answer = await asked({ kind: "practice", degree: chosen, seed: number });
    if (!answer || mine !== latest) return;
    byId("practice-error").textContent = answer.ok ? "" : answer.error;
    if (!answer.ok) return;
    sheet = answer;
    answers = [];
    degree.value = String(sheet.degree);
    seed.value = String(sheet.seed);
    byId("practice-task").textContent = sheet.task;
    byId("practice-graph").innerHTML = sheet.svg; // the session's own
    rows.replaceChildren(...sheet.rows.map(rowOf));
    byId("practice-verdict").textContent = byId("practice-score").textContent = "";
    keepLink();
  }

  /** A node: what is known of it, and its blanks. */
  function rowOf({ known, data, gradient }) {
    const row = document.createElement("tr");
    const head = Object.assign(document.createElement("th"), { scope: "row", textContent: known });
    row.append(head, cellOf(data), cellOf(gradient));
    return row;
  }

  function cellOf(name) {
    const cell = document.createElement("td");
    if (name === null) return cell;
    const input = Object.assign(document.createElement("input"), { autocomplete: "off", inputMode: "text" });
    input.dataset.blank = name;
    input.setAttribute("aria-label", name);
    const mark = document.createElement("span");
    mark.setAttribute("aria-hidden", "true"); // the verdict says it
    cell.append(input, mark);
    return cell;
  }

  const blanks = () => [...rows.querySelectorAll("[data-blank]")];

  /** Have one blank judged; the others with it, for a number that follows from another may be mended now. */
  async function judge(input) {
    const text = input.value.trim();
    const last = answers.findLast(([name]) => name === input.dataset.blank);
    if (!text || last?.[1] === text) return;
    const pair = [input.dataset.blank, text];
    const [mine, number, given] = [sheet, ++judged, [...answers, pair]];
    answers = given; // before the answer is there: the next blank may be faster
    const answer = await asked(about("practice-answer", { answers: given }));
    if (mine !== sheet) return;
    const verdict = byId("practice-verdict");
    if (!answer?.ok) {
      answers = answers.filter((other) => other !== pair);
      verdict.textContent = answer?.error ?? "";
      return;
    }
    if (number < shown) return; // it comes after the next, which knows more
    shown = number;
    for (const blank of blanks()) {
      const isRight = answer.right[blank.dataset.blank];
      blank.className = isRight === undefined ? "" : isRight ? "right" : "wrong";
      blank.setAttribute("aria-invalid", String(isRight === false));
      blank.nextElementSibling.textContent = isRight === undefined ? "" : isRight ? "✓" : "✗";
    }
    verdict.textContent = answer.verdict;
    byId("practice-score").textContent = answer.score;
    if (answer.done) byId("practice-new").focus();
  }

  rows.addEventListener("change", ({ target }) => judge(target));
  rows.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the keys of the player are not meant
    if (event.key !== "Enter") return;
    event.preventDefault();
    const all = blanks();
    const next = all.slice(all.indexOf(event.target) + 1).find((blank) => !blank.value) ??
      all.find((blank) => !blank.value);
    judge(event.target);
    next?.focus();
  });
  byId("practice-sheet").addEventListener("submit", (event) => event.preventDefault());
  byId("practice-choices").addEventListener("submit", (event) => event.preventDefault());
  degree.addEventListener("change", () => show(Number(degree.value), sheet?.seed ?? null));
  seed.addEventListener("change", () => {
    if (isSeed(seed.value.trim())) show(Number(degree.value), Number(seed.value));
    else byId("practice-error").textContent = "a seed is a whole number of at most nine digits";
  });
  byId("practice-new").addEventListener("click", async () => {
    await show(Number(degree.value), null);
    blanks()[0]?.focus();
  });
  byId("practice-link").addEventListener("click", async () => {
    const link = new URL(linkTo("practice"), location.href).href;
    byId("practice-verdict").textContent = (await copyText(link)) ? "the link is copied" : link;
  });

  /* --- Printing ------------------------------------------------------------------------------------------- */

  const printed = byId("practice-printed");

  function print(text) {
    printed.textContent = text;
    printed.hidden = false;
    window.print();
  }

  addEventListener("afterprint", () => (printed.hidden = true));
  byId("practice-print").addEventListener("click", () => sheet && print(sheet.printed));
  byId("practice-print-answers").addEventListener("click", async () => {
    const answer = sheet && (await asked(about("practice-answers")));
    if (answer?.ok) print(answer.printed);
  });

  addTab("Practice", {
    open() {
      if (!sheet) show(1, null);
    },
    state: () => (sheet ? { degree: sheet.degree, seed: sheet.seed } : {}),
    restore({ degree: chosen = "1", seed: number = "" }) {
      show(/^[1-5]$/.test(chosen) ? Number(chosen) : 1, isSeed(number) ? Number(number) : null);
    },
  });
}
