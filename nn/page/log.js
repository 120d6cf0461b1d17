// What was done to a network since its start: noted, written short enough for a link, and done again from it.
// (LONGEST_LOG characters a log may have, and between which RATES a learning rate is, live.py says.)
"use strict";

const MOST_UPDATES = 10_000; // that are done again when a link is opened: so many take some seconds
const SLICE = 30; // milliseconds of doing again, before the page is let be for a moment

/** By its letter, what can be done to a training, and noted; false where it could not be. */
const DEEDS = {
  t: (training) => training.step(),
  b: (training, iteration) => training.goBack(iteration),
  w: (training, index, number) => {
    training.parameters[index].data = number;
    return true;
  },
  r: (training, rate) => {
    training.optimizer.learning_rate = rate;
    return true;
  },
  a: (training, ...numbers) => training.addExample(numbers),
  d: (training, place) => training.deleteExample(place),
};

const isRate = (number) => number >= RATES[0] && number <= RATES[1];
const isCount = (number) => Number.isSafeInteger(number) && number >= 0;

/** By the same letters, whether numbers of a link are what it takes. */
const FIT = {
  t: ([count, ...rest]) => isCount(count) && !rest.length,
  b: ([iteration, ...rest]) => isCount(iteration) && !rest.length,
  w: ([index, number, ...rest], { parameters }) => isCount(index) && index < parameters.length && number !== undefined && !rest.length,
  r: ([rate, ...rest]) => isRate(rate) && !rest.length,
  a: (numbers, { network }) => {
    const { inputs, task } = network;
    return numbers.length === inputs.length + 1 && (task.kind === "number" || task.classes?.[numbers.at(-1)] !== undefined);
  },
  d: ([place, ...rest]) => isCount(place) && !rest.length,
};

/** The entries of a text such as "t40 w3*0.5 r0.01"; an Error where it is none. */
function readLog(text, training) {
  const entries = text.split(" ").filter(Boolean).map((word) => {
    const [kind, numbers] = [word[0], word.slice(1).split("*").map((digits) => (digits ? Number(digits) : NaN))];
    if (!Object.hasOwn(FIT, kind) || !numbers.every(Number.isFinite) || !FIT[kind](numbers, training)) {
      throw new Error(`The link is damaged at “${word.slice(0, 40)}”: this is the start of its network.`);
    }
    return { kind, numbers };
  });
  const updates = entries.reduce((sum, { kind, numbers }) => sum + (kind === "t" ? numbers[0] : 0), 0);
  if (text.length > LONGEST_LOG || updates > MOST_UPDATES) {
    throw new Error(`The link asks for more than ${MOST_UPDATES} updates: this is the start of its network.`);
  }
  return entries;
}

/** What was done, each entry `{ kind, numbers, iteration }`; what leads to the same is noted once. */
class Log {
  constructor() {
    this.entries = [];
  }

  /** Note what was done at an iteration. */
  add(kind, numbers, iteration) {
    if (kind === "t") return this.addUpdate(iteration);
    const { entries } = this;
    const run = entries.slice(entries.findLastIndex((entry) => entry.kind !== kind) + 1); // of its kind, up to now
    const known = { b: run[0], r: run[0], w: run.find((entry) => entry.numbers[0] === numbers[0]) }[kind];
    if (known) known.numbers = numbers;
    else entries.push({ kind, numbers, iteration });
    return undefined;
  }

  addUpdate(iteration) {
    const { entries } = this;
    const [run, back] = entries.slice(-2);
    if (run?.kind === "t" && back?.kind === "b" && this.isWithin(run, back.numbers[0])) { // the updates after it are over
      entries.pop();
      run.numbers = [back.numbers[0] - run.iteration];
      if (!run.numbers[0]) entries.pop();
    }
    const last = entries.at(-1);
    if (last?.kind === "t") last.numbers[0] += 1;
    else entries.push({ kind: "t", numbers: [1], iteration });
  }

  isWithin({ iteration, numbers }, other) {
    return iteration <= other && other <= iteration + numbers[0];
  }

  /** After a reset: its examples and its learning rate are as they were, all else is not. */
  reset(rate) {
    const wasSet = this.entries.some(({ kind }) => kind === "r");
    this.entries = this.ofExamples();
    if (wasSet) this.add("r", [rate], 0);
  }

  /** The examples that were added and deleted. */
  ofExamples() {
    return this.entries.filter(({ kind }) => kind === "a" || kind === "d").map((entry) => ({ ...entry, iteration: 0 }));
  }

  textOfExamples() {
    return writeLog(this.ofExamples());
  }

  get updates() {
    return this.entries.reduce((sum, { kind, numbers }) => sum + (kind === "t" ? numbers[0] : 0), 0);
  }

  /** The number of updates, if there was nothing else since the start of these examples; or null. */
  get alone() {
    const early = this.entries.filter(({ kind }) => kind !== "t");
    const isPlain = early.every(({ kind, iteration }) => "adr".includes(kind) && iteration === 0);
    return isPlain && this.entries.length - early.length < 2 ? this.updates : null;
  }

  /**
   * What a link is to have, `text`, and in words what of it is `left` out: the updates where they are many,
   * then the weights.
   */
  forLink(training) {
    const text = writeLog(this.entries);
    if (text.length <= LONGEST_LOG && this.updates <= MOST_UPDATES) return { text, left: "" };
    const numbers = training.parameters.map(({ data }, index) => ({ kind: "w", numbers: [index, data] }));
    const short = writeLog([...this.ofExamples(), ...numbers]);
    if (short.length <= LONGEST_LOG) return { text: short, left: `it has the weights of now, without the ${this.updates} updates that led to them` };
    return { text: "", left: "it has the settings alone: there are too many weights and changes for a link" };
  }
}

function writeLog(entries) {
  return entries.map(({ kind, numbers }) => `${kind}${numbers.join("*")}`).join(" ");
}

/** Do to a page what a text says. It goes on beside the page, and whatever is pressed there ends it. */
async function replay(page, text) {
  let entries;
  try {
    entries = readLog(text, page.training);
  } catch (error) {
    page.training.trouble = error.message;
    return page.show({ said: true });
  }
  page.stop();
  page.redoing = text; // until all is done, a link is to say it again
  const isDone = await doAgain(page, entries);
  page.redoing = "";
  page.changed?.();
  return page.show({ said: isDone });
}

/** Whether all entries were done. */
async function doAgain(page, entries) {
  const mine = page.runs;
  const total = entries.reduce((sum, { kind, numbers }) => sum + (kind === "t" ? numbers[0] : 0), 0);
  let [start, said] = [performance.now(), performance.now()];
  for (const { kind, numbers } of entries) {
    for (let left = kind === "t" ? numbers[0] : 1; left > 0; left--) {
      if (!page.act(kind, ...(kind === "t" ? [] : numbers))) return false;
      const now = performance.now();
      if (now - start < SLICE) continue;
      if (now - said > 1000) {
        page.say(`The link is done again: ${page.log.updates} of ${total} updates. Any button ends it here.`);
        said = now;
      }
      await new Promise((resolve) => setTimeout(resolve));
      if (mine !== page.runs) return false;
      start = performance.now();
    }
  }
  return true;
}
