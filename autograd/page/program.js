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
    const x = new Array(inputs.length).fill(0); // what a rule of many numbers is given
    return [{ place, inputs, made: rules[name], exponent: numeric(exponent), slopes: slopes.map(Number), x }];
  });
  const slopes = values.length ? Array.from(values, () => []) : [];
  for (const step of steps) slopes[step.place] = step.slopes;

  /** Compute a node from what its inputs are. (Results are read by index: to unpack an array takes long.) */
  function compute(step) {
    if (!step.made) return; // its rule is known to Python alone
    const { inputs, slopes: d, x } = step;
    const { arity, rule } = step.made;
    if (arity === 0) {
      for (let i = 0; i < x.length; i++) x[i] = values[inputs[i]];
      values[step.place] = rule(x, d, x.length);
      return;
    }
    const result =
      arity === 1 ? rule(values[inputs[0]], step.exponent)
      : arity === 2 ? rule(values[inputs[0]], values[inputs[1]])
      : rule(...inputs.map((input) => values[input]));
    values[step.place] = result[0];
    for (let i = 1; i < result.length; i++) d[i - 1] = Number(result[i]);
  }

  function forward() {
    for (let i = 0; i < steps.length; i++) compute(steps[i]);
  }

  /** This is the chain rule, as backprop.py has it. */
  function backward(gradient = 1) {
    grads.fill(0);
    grads[root] = gradient;
    for (let i = steps.length - 1; i >= 0; i--) {
      const { place, inputs, slopes: d } = steps[i];
      const upstream = grads[place];
      for (let j = 0; j < inputs.length; j++) grads[inputs[j]] += upstream * d[j];
    }
  }

  return { values, grads, slopes, root, forward, backward };
}
