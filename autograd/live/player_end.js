/* --- What the live page asks of a player ---------------------------------------------------------------- */

let adopted; // the numbers that the session had last

/** The place of a text among those of the walk. */
function textAt(text) {
  const place = texts.indexOf(text);
  return place < 0 ? texts.push(text) - 1 : place;
}

return {
  place: () => (position === last ? Infinity : position), // whose end is that of the next walk too
  goto,
  /** Whether the session knows these numbers, and so has said which slips there are. */
  isKnown: () => !changed || leaves.every((place) => run.values[place] === adopted?.[place]),
  /** Take every number as the engine has it: its exp and erf may differ from JavaScript's in the last digit. */
  adopt({ data, local_derivatives, slips }) {
    if (asking) return; // what is asked stays what it is
    run.values.set(data.map(Number));
    adopted = Float64Array.from(run.values);
    local_derivatives.forEach((slopes, place) => slopes.forEach((d, i) => (run.slopes[place][i] = Number(d))));
    renumber();
    steps.forEach(({ asked }, step) => asked.forEach((question, i) => {
      question.slips = slips[step][i].map(([number, why]) => [numeral(Number(number)), textAt(why)]);
    }));
    showNumbers();
  },
  close() {
    stop();
    ended.abort();
  },
};
