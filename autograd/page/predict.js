// Predict first: what is asked of a step before it is shown, and the verdict. (page.js comes after it.)
"use strict";

const PROMPTS = {
  forward: "Predict the value:",
  seed: "Predict the gradient where it starts:",
  backward: "Predict the gradients after this step:",
};

function showQuestion(step) {
  $("phase").textContent = `${phaseOf(step, position + 1)} · predict`;
  const what = PROMPTS[step.phase];
  $("asked").replaceChildren(...(step.phase === "backward" ? headingOf(step) : [line([texts[step.formula]])]));
  $("fields").replaceChildren(make("p", "formula", what), ...step.asked.map(({ name }, i) => {
    const input = make("input", "");
    Object.assign(input, { inputMode: "text", autocomplete: "off", spellcheck: false, name: `guess-${i}` });
    return make("label", "", `${texts[name]} = `, input);
  }));
  $("said").textContent = `${$("asked").textContent}. ${what}`;
  $("fields").querySelector("input").focus({ preventScroll: true });
}

const close = (guess, { value, tolerance }) =>
  Object.is(guess, value) || guess === value || Math.abs(guess - value) <= tolerance;

/** What is to be said of one guess: "" if it is right. The slips come with the step. */
function faultOf(typed, { name, answer, slips }) {
  const guess = parse(typed);
  if (Number.isNaN(guess) && !/^\s*nan\s*$/i.test(typed)) {
    return typed.trim() ? `“${typed}” is not a number` : `${texts[name]} is still to be predicted`;
  }
  if (close(guess, answer)) return "";
  const likely = slips.filter(([number]) => close(guess, number));
  const reasons = [...new Set(likely.map(([, why]) => texts[why]))];
  const why = reasons.join(", or ") || "the numbers do not say which slip it was";
  return `${texts[name]} = ${typed.trim()} is wrong: ${why}`;
}

function check(event) {
  event.preventDefault();
  const inputs = [...$("fields").querySelectorAll("input")];
  const verdicts = inputs.map((input, i) => faultOf(input.value, steps[position].asked[i]));
  inputs.forEach((input, i) => (input.className = input.value && (verdicts[i] ? "wrong" : "right")));
  const wrong = verdicts.filter(Boolean);
  if (!wrong.length) {
    goto(position + 1);
    $("next").focus({ preventScroll: true });
  }
  $("verdict").className = wrong.length ? "wrong" : "right";
  $("verdict").textContent = wrong.length ? wrong.join("; ") : "✓ right";
  if (wrong.length) inputs[verdicts.findIndex(Boolean)].select();
}
