"use strict";

// Contract: what a network expects of its input, as in convcli/network/contract.py.
//
//   Contract.values(input, bytes)   (byte / scale - mean) / deviation, each step in float32
//
// Bytes are those of one grey picture; every channel of the network is given the same.
const Contract = (() => {
  const LEVELS = Array.from({ length: 256 }, (_, level) => level);

  function values(input, bytes) {
    const result = new Float32Array(input.channels * bytes.length);
    for (let channel = 0; channel < input.channels; channel += 1) {
      const table = levelsOf(input, channel);
      result.set(
        Float32Array.from(bytes, (byte) => table[byte]),
        channel * bytes.length,
      );
    }
    return result;
  }

  // What each byte becomes in a channel.
  function levelsOf({ scale, mean, standard_deviation: deviation }, channel) {
    const own = (numbers) => Math.fround(numbers.length === 1 ? numbers[0] : numbers[channel]);
    return LEVELS.map((level) => {
      const share = Math.fround(level / Math.fround(scale));
      return Math.fround(Math.fround(share - own(mean)) / own(deviation));
    });
  }

  return Object.freeze({ values });
})();
