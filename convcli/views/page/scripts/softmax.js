"use strict";

// Softmax: from the scores to probabilities. While the engine's numbers are shown, these are its own.
//
//   Softmax.rows()   [{ score, belowLargest, exponential, probability }] of each class
//   Softmax.total()  the sum of the exponentials
const Softmax = (() => {
  function rows() {
    const scores = Array.from(Shown.stages.get(Model.scores));
    const { softmax } = Model.page;
    if (Shown.isEngine) {
      return scores.map((score, number) => ({
        score,
        belowLargest: softmax.below_largest[number],
        exponential: softmax.exponential[number],
        probability: softmax.probability[number],
      }));
    }
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const sum = exponentials.reduce((one, other) => one + other, 0);
    return scores.map((score, number) => ({
      score,
      belowLargest: score - largest,
      exponential: exponentials[number],
      probability: exponentials[number] / sum,
    }));
  }

  function total() {
    return Shown.isEngine
      ? Model.page.softmax.sum
      : rows().reduce((sum, row) => sum + row.exponential, 0);
  }

  return Object.freeze({ rows, total });
})();
