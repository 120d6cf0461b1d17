/* --- What the live page asks of a player ---------------------------------------------------------------- */

return {
  place: () => (position === last ? Infinity : position), // whose end is that of the next walk too
  goto,
  isChanged: () => changed,
  close() {
    stop();
    ended.abort();
  },
};
