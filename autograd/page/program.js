// Runs a recorded graph again: every value and local derivative, then the chain rule. (recorded.py makes it.)
"use strict";

/**
 * The program with its rules: `values`, `slopes` (by node, one for each input) and `grads` are its state.
 * Change leaves in `values`, call `forward()`, then `backward(gradient)`: gradients start from 0.
 */
function load({ values: given, instructions, root }, rules) {
  const values = Float64Array.from(given, Number);
  const grads = new Float64Array(values.length);
  const numeric = (exponent) => (exponent === null ? undefined : Number(exponent));
  const steps = instructions.flatMap((made, place) => {
    if (made === null) return [];
    const [name, exponent, inputs, slopes] = made;
    return [{ place, inputs, made: rules[name], exponent: numeric(exponent), slopes: slopes.map(Number) }];
  });
  const slopes = values.length ? Array.from(values, () => []) : [];
  for (const step of steps) slopes[step.place] = step.slopes;

  /** Compute a node from what its inputs are. */
  function compute({ place, inputs, made, exponent, slopes: d }) {
    if (!made) return; // its rule is known to Python alone
    const x = inputs.map((input) => values[input]);
    if (made.arity === 0) {
      values[place] = made.rule(x, d, x.length);
      return;
    }
    const [value, ...derivatives] = made.rule(...x, ...(exponent === undefined ? [] : [exponent]));
    values[place] = value;
    derivatives.forEach((slope, i) => (d[i] = Number(slope)));
  }

  function forward() {
    steps.forEach(compute);
  }

  /** This is the chain rule, as backprop.py has it. */
  function backward(gradient = 1) {
    grads.fill(0);
    grads[root] = gradient;
    for (let i = steps.length - 1; i >= 0; i--) {
      const { place, inputs, slopes: d } = steps[i];
      for (let j = 0; j < inputs.length; j++) grads[inputs[j]] += grads[place] * d[j];
    }
  }

  return { values, grads, slopes, root, forward, backward };
}
