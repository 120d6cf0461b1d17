// Numbers as Python writes them.
"use strict";

/** Python's %g: so many digits that count, no zeros at the end. */
function general(x, digits) {
  let rounded = x.toExponential(digits - 1);
  const longer = x.toExponential(digits);
  if (/[02468]5e/.test(longer) && Number(longer) === x) rounded = longer.replace("5e", "e"); // a tie goes to even
  const [mantissa, exponent] = rounded.split("e");
  const power = Number(exponent);
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return trim(Number(`${mantissa}e${power}`).toFixed(digits - 1 - power));
  return `${trim(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** A number as format_number in notation.py writes it. */
function short(x) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  const size = Math.abs(x);
  if (size < 1e9 && Number.isInteger(x)) return String(x);
  return general(x, size >= 1e3 && size < 1e6 ? 6 : 4);
}

/** In full, as Python reads it. */
const inFull = (x) => (Number.isFinite(x) ? String(Object.is(x, -0) ? "-0" : x) : short(x));
