"use strict";

// Pooling: what stands under the window of a pooling, as inspection/pooling_winners.py has it.
//
//   Pooling.of(layer, channel, row, column)
//     reads     positions under the window, in its order
//     values    of each; null for padding, which never wins
//     winner    which of them won, the first of equal ones; null where all are averaged
//     tied      how many are as large; null likewise
//     shares    of a gradient of 1, at each
//   Pooling.ties(layer)  [windows in which more than one value wins, all windows], on this image
const Pooling = (() => {
  function of(layer, channel, row, column) {
    const [, height, width] = layer.input_shape;
    const reads = layer.window
      ? Geometry.reads(layer, row, column)
      : everyPosition(height, width);
    const values = reads.map((read) =>
      read.isPadding ? null : Model.at(layer.input, channel, read.row, read.column),
    );
    if (layer.kind !== "max pooling") {
      return { reads, values, winner: null, tied: null, shares: meanShares(layer, values) };
    }
    const there = values.filter((value) => value !== null);
    const largest = Math.max(...there);
    const winner = values.indexOf(largest);
    return {
      reads,
      values,
      winner,
      tied: there.filter((value) => value === largest).length,
      shares: values.map((value, number) => (value === null ? null : Number(number === winner))),
    };
  }

  function everyPosition(height, width) {
    return Array.from({ length: height * width }, (_, number) => ({
      row: Math.floor(number / width),
      column: number % width,
      isPadding: false,
    }));
  }

  function meanShares(layer, values) {
    const inside = values.filter((value) => value !== null).length;
    const count = layer.options.count_include_pad ? values.length : inside;
    return values.map((value) => (value === null ? null : 1 / count));
  }

  let counted = new Map();
  let countedOf = null;

  function ties(layer) {
    if (countedOf !== Shown.stages) {
      counted = new Map();
      countedOf = Shown.stages;
    }
    if (!counted.has(layer.name)) {
      counted.set(layer.name, counts(layer));
    }
    return counted.get(layer.name);
  }

  function counts(layer) {
    const [channels, rows, columns] = layer.output_shape;
    let tied = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          tied += Number(of(layer, channel, row, column).tied > 1);
        }
      }
    }
    return [tied, channels * rows * columns];
  }

  return Object.freeze({ of, ties });
})();
