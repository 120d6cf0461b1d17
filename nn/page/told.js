// An update told in full: the optimizer's move, translated once more by moves.py, runs on terms instead of numbers.
"use strict";

const NAMES_OF_SETTINGS = { beta1: "β₁", beta2: "β₂", epsilon: "ε", momentum: "μ" };
const LEVELS = { "+": 1, "−": 1, "×": 2, "/": 2, "^": 3 }; // the higher, the closer what stands at a sign belongs together
const [AT_ROOT, ALONE] = [4, 5];

/** A number that knows how it was computed: in names, and in numbers. Each is a [text, level]. */
class Term {
  constructor(value, names, numbers) {
    Object.assign(this, { value, names, numbers });
  }
}

const valueOf = (x) => (x instanceof Term ? x.value : x);

/** A number with a name, about which no more is told; without one, the number stands for it. */
function atom(value, name) {
  const numbers = [short(value), value < 0 ? LEVELS["−"] : ALONE];
  return new Term(value, name === undefined ? numbers : [name, ALONE], numbers);
}

const asTerm = (x) => (x instanceof Term ? x : atom(x));

/** A text, in parentheses where it belongs together less closely than that. */
const within = ([text, level], least) => (level < least ? `(${text})` : text);

/** Two numbers combined; of plain ones, as of a count and 1, it is only told what comes of them. */
function combined(sign, left, right, value) {
  if (!(left instanceof Term || right instanceof Term)) return value;
  const level = LEVELS[sign];
  const [a, b] = [asTerm(left), asTerm(right)];
  const between = sign === "^" ? sign : ` ${sign} `;
  const [names, numbers] = ["names", "numbers"].map((kind) =>
    [within(a[kind], sign === "^" ? ALONE : level) + between + within(b[kind], level + 1), level]);
  return new Term(value, names, numbers);
}

function rootOf(x, value) {
  if (!(x instanceof Term)) return value;
  const [names, numbers] = [x.names, x.numbers].map((text) => [`√${within(text, ALONE)}`, AT_ROOT]);
  return new Term(value, names, numbers);
}

/** Why an optimizer takes another gradient than that of the loss. */
function changedBy({ clip_norm: isClipped, weight_decay: isDecayed }) {
  if (isClipped) return isDecayed ? "clipped, with the weight decay" : "clipped";
  return isDecayed ? "with the weight decay" : "as the optimizer takes it";
}

/**
 * What a move does to one parameter, a line for each number that it sets: `new = old − … = 0.5 − … = 0.48`.
 * Null where it does something else alone than among the others, or cannot be told: `next` says what is to come of it.
 */
function toldMove(tell, optimizer, { own, columns }, parameter, gradient, next) {
  const lines = [];
  const told = (title, term) => {
    const { value, names: [names], numbers: [numbers] } = asTerm(term);
    lines.push([`${title} = ${names}`, ...(numbers === names ? [] : [numbers]), short(value)].join(" = "));
    return atom(value, title);
  };
  let data = atom(parameter.data, "old");
  const alone = {
    get data() {
      return data;
    },
    set data(term) {
      data = told("new", term);
    },
    grad: atom(parameter.grad, "gradient"),
  };
  const watched = (numbers, title) => new Proxy([atom(numbers[own], title)], {
    set(list, i, term) {
      list[i] = told(title, term);
      return true;
    },
  });
  const settings = Object.entries(optimizer).map(([name, x]) => {
    if (name in columns) return [name, watched(x, columns[name])];
    const isTold = typeof x === "number" && name !== "iterations";
    return [name, isTold ? atom(x, NAMES_OF_SETTINGS[name] ?? name.replaceAll("_", " ")) : x];
  });
  const isOther = gradient !== parameter.grad;
  if (isOther) lines.push(`g = ${short(gradient)}: the gradient ${short(parameter.grad)} ${changedBy(optimizer)}`);
  const move = tell({ combined, rootOf, valueOf });
  move({ ...Object.fromEntries(settings), parameters: [alone] }, [atom(gradient, isOther ? "g" : "gradient")]);
  return data.value === next ? lines : null;
}
