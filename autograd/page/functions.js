// Functions of Python's `math` that JavaScript lacks, or rounds off more than C does: exp, erf, erfc, pow, copysign.
// A pair [a, b] is the number a + b of twice the digits, where b is what a rounds off. Rules in JavaScript call these.

/** a + b as a pair. */
const $sum = (a, b) => {
  const sum = a + b, part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
};
/** a × b as a pair: each is cut into two numbers so short that their products are exact. */
const $product = (a, b) => {
  const longA = 134217729 * a, a1 = longA - (longA - a), a2 = a - a1;
  const longB = 134217729 * b, b1 = longB - (longB - b), b2 = b - b1;
  const product = a * b;
  return [product, a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2)];
};
const $times = ([a, b], [c, d]) => {
  const [high, low] = $product(a, c);
  return $sum(high, low + (a * d + b * c));
};
const $over = ([a, b], [c, d]) => {
  const ratio = a / c, [high, low] = $product(ratio, c);
  return $sum(ratio, (a - high - low + b - ratio * d) / c);
};
const $plus = ([a, b], [c, d]) => {
  const [high, low] = $sum(a, c);
  return $sum(high, low + (b + d));
};

const $LN2 = [0.6931471805598903, 5.497923018708371e-14]; // the first is so short that its multiples are exact
const $ROOT_PI = [1.772453850905516, -7.666586499825799e-17];

/** exp(x + rest) as a pair, times 2^-power: a power series for a 256th of what ln 2 leaves, squared eight times. */
const $exponential = (x, rest = 0) => {
  const power = Math.round(x / Math.LN2);
  const [high, low] = $sum(x - power * $LN2[0], rest - power * $LN2[1]);
  const r = high / 256, square = (r * r) / 2;
  const higher = square * (1 + r * (1 / 3 + r * (1 / 12 + r * (1 / 60 + r / 360))));
  let [p, q] = $sum(r, higher + (low / 256) * (1 + r));
  for (let i = 0; i < 8; i++) { // of 1 + p, the square is 1 + 2p + p²
    const [a, b] = $product(p, p), [sum, lost] = $sum(2 * p, a);
    [p, q] = [sum, lost + 2 * q + (b + 2 * p * q)];
  }
  const [a, b] = $sum(1, p);
  return [a, b + q, power];
};

const $POWERS = Float64Array.from({ length: 1400 }, (_, i) => 2 ** (i - 700));

/** x times 2^power, which alone may be too large for a number, or too small. */
const $scaled = (x, power) => x * $POWERS[700 + (power >> 1)] * $POWERS[700 + power - (power >> 1)];

const $PART = [0.005415212347998022, 1.2655086083325438e-13]; // ln 2 / 128, the first short again
const $PARTS = Array.from({ length: 128 }, (_, i) => {
  const [high, low, power] = $exponential(i * $PART[0], i * $PART[1]);
  return [high * 2 ** power, low * 2 ** power];
});
const [$HIGH, $LOW] = [0, 1].map((i) => Float64Array.from($PARTS, (pair) => pair[i]));

/** exp(x), to 0.51 ulp as C's is: a multiple of ln 2 / 128 from the table, and a short power series for the rest. */
const $exp = (x) => {
  if (!(Math.abs(x) < 750)) return x < 0 ? 0 : x + Infinity; // NaN stays
  const count = Math.round(x * (128 / Math.LN2)), i = count & 127;
  const r = x - count * $PART[0] - count * $PART[1];
  const p = r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r / 120)));
  return $scaled($HIGH[i] + ($LOW[i] + $HIGH[i] * p), (count - i) / 128);
};

/** exp(−x²) as a pair, for an |x| up to 30. */
const $bell = (x) => {
  const [square, rest] = $product(x, x);
  const [high, low, power] = $exponential(-square, -rest);
  return [$scaled(high, power), $scaled(low, power)];
};

const $erfc = (x) => {
  if (!(Math.abs(x) >= 0.75)) return 1 - $erf(x);
  if (x < 0) return 2 - $erfc(-x);
  if (x > 30) return 0;
  let f = x; // a continued fraction, x + ½/(x + 1/(x + 1½/(x + …, from far inside outwards
  for (let k = 600; k > 1; k--) f = x + k / 2 / f;
  const [high, low] = $over($bell(x), $times($sum(x, 0.5 / f), $ROOT_PI));
  return high + low;
};

const $erf = (x) => {
  if (Math.abs(x) >= 2) return x < 0 ? $erfc(-x) - 1 : 1 - $erfc(x);
  if (!(Math.abs(x) > 1e-150)) return 2 / Math.sqrt(Math.PI) * x;
  let term = [x, 0], sum = term; // exp(−x²) times x + 2x³/3 + 4x⁵/15 + …, in which nothing cancels
  const twice = $product(2 * x, x);
  for (let k = 3; Math.abs(term[0]) > 1e-20 * Math.abs(sum[0]); k += 2) {
    term = $over($times(term, twice), [k, 0]);
    sum = $plus(sum, term);
  }
  const [high, low] = $over($times($bell(x), sum), $ROOT_PI);
  return 2 * (high + low);
};

const $pow = (a, b) => (a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : Math.pow(a, b));
const $copysign = (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a));
const $max = (...x) => x.reduce((a, b) => (b > a ? b : a)); // Python's: a NaN counts where it is first
const $min = (...x) => x.reduce((a, b) => (b < a ? b : a));
