// Which examples a batch has: the order of `nn.train` with the same seed, so that both learn from the same.
"use strict";

const WORDS = 624; // that the generator keeps

/** Python's own generator, random.Random(seed): the Mersenne Twister; for a whole seed below 2³². */
class PythonRandom {
  constructor(seed) {
    this.words = new Uint32Array(WORDS);
    this.next = WORDS;
    const { words } = this;
    const before = (i) => words[i - 1] ^ (words[i - 1] >>> 30);
    words[0] = 19650218;
    for (let i = 1; i < WORDS; i++) words[i] = Math.imul(1812433253, before(i)) + i;
    this.mix(1, WORDS, (i) => (words[i] ^ Math.imul(before(i), 1664525)) + seed);
    this.mix(2, WORDS - 1, (i) => (words[i] ^ Math.imul(before(i), 1566083941)) - i);
    words[0] = 0x80000000;
  }

  /** Change so many words, one after the other, from the i-th on; the first takes part as the last. */
  mix(i, count, change) {
    const { words } = this;
    for (; count > 0; count--) {
      words[i] = change(i);
      i += 1;
      if (i < WORDS) continue;
      words[0] = words[WORDS - 1];
      i = 1;
    }
  }

  /** All words anew. */
  twist() {
    const { words } = this;
    for (let i = 0; i < WORDS; i++) {
      const joined = (words[i] & 0x80000000) | (words[(i + 1) % WORDS] & 0x7fffffff);
      words[i] = words[(i + 397) % WORDS] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }

  /** So many random bits, 32 at most. */
  bits(count) {
    if (this.next === WORDS) this.twist();
    let word = this.words[this.next++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> (32 - count);
  }

  /** A whole number from 0 to below that. */
  below(limit) {
    const count = 32 - Math.clz32(limit);
    let number = this.bits(count);
    while (number >= limit) number = this.bits(count);
    return number;
  }

  shuffle(list) {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
  }
}

/** The batches of so many examples; each depends on its iteration alone, as one may go back. */
class Batches {
  constructor(seed, count, size) {
    Object.assign(this, { seed, count, size, inEpoch: Math.ceil(count / size) });
    this.begin();
  }

  begin() {
    this.random = new PythonRandom(this.seed);
    this.order = Array.from({ length: this.count }, (_, i) => i);
    this.epoch = -1; // the last that was drawn
  }

  /** The places of the examples that the update after so many learns from. */
  at(iteration) {
    if (this.size >= this.count) return this.order;
    const epoch = Math.floor(iteration / this.inEpoch);
    if (epoch < this.epoch) this.begin();
    for (; this.epoch < epoch; this.epoch++) this.random.shuffle(this.order);
    const start = (iteration % this.inEpoch) * this.size;
    return this.order.slice(start, start + this.size);
  }
}
