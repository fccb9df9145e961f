"use strict";

// Ledger: the terms that one number is the sum of, as inspection/ledger.py takes them: products and
// sums in float64, of the numbers and weights as they are.
//
//   Ledger.convolution(focus, selection)   of an output of a convolution
//   Ledger.affine(layer, unit)             of a unit of an affine layer; null where this page was
//                                          made without its weights
//   both give { layer, place, terms, bias, sum, engine, zeros }; a term is
//     { k, weightIndex, pixel, isPadding, byte, value, weight, product, running }
//   Ledger.largestFirst(ledger)            the same in another order, with other running sums
//   Ledger.summing(stage, unit)            the affine layer that a row of numbers comes from, and the
//                                          stages that follow it: { layer, unit, after }
const Ledger = (() => {
  function convolution(focus, selection) {
    const { layer, group, output } = focus;
    const weights = layer.arrays.weights.values;
    const reads = Geometry.reads(layer, ...output);
    const bytes = bytesOf(layer.input);
    const [channels, height, width] = layer.input_shape;
    const terms = [];
    for (let channel = 0; channel < channels; channel += 1) {
      reads.forEach((at) => {
        const k = terms.length;
        const place = (channel * height + at.row) * width + at.column;
        terms.push({
          k,
          weightIndex: [channel, at.y, at.x],
          pixel: [at.row, at.column],
          isPadding: at.isPadding,
          byte: at.isPadding || bytes === null ? null : bytes[place],
          value: at.isPadding ? 0 : Shown.stages.get(layer.input)[place],
          weight: weights[selection.filter * group.terms + k],
        });
      });
    }
    const bias = layer.arrays.bias ? layer.arrays.bias.values[selection.filter] : 0;
    const engine = Model.at(layer.name, selection.filter, ...output);
    return summed(layer, [selection.filter, ...output], terms, bias, engine);
  }

  function affine(layer, unit) {
    if (!layer.arrays.weights) {
      return null;
    }
    const [, outputs] = layer.arrays.weights.shape;
    const weights = layer.arrays.weights.values;
    const { placeOf, stage } = features(layer);
    const bytes = bytesOf(stage);
    const inputs = Shown.stages.get(layer.input);
    const terms = Array.from(inputs, (value, k) => ({
      k,
      weightIndex: [k, unit],
      pixel: placeOf(k),
      isPadding: false,
      byte: bytes === null ? null : bytes[flat(placeOf(k), Model.shape(stage))],
      value,
      weight: weights[k * outputs + unit],
    }));
    const bias = layer.arrays.bias ? layer.arrays.bias.values[unit] : 0;
    return summed(layer, [unit], terms, bias, Model.value(layer.name, unit));
  }

  // Where the numbers of a row come from: the maps before a flatten, or the row itself.
  function features(layer) {
    const before = Model.layer(layer.input);
    if (before === undefined || before.kind !== "flatten") {
      return { stage: layer.input, placeOf: (k) => [k] };
    }
    const shape = Model.shape(before.input);
    if (shape.length === 1) {
      return { stage: before.input, placeOf: (k) => [k] };
    }
    const [channels, height, width] = shape;
    const placeOf = before.options.channels_last
      ? (k) => [
          k % channels,
          Math.floor(k / (channels * width)),
          Math.floor(k / channels) % width,
        ]
      : (k) => [
          Math.floor(k / (height * width)),
          Math.floor(k / width) % height,
          k % width,
        ];
    return { stage: before.input, placeOf };
  }

  function flat(place, shape) {
    return place.reduce((sum, number, axis) => sum * shape[axis] + number, 0);
  }

  // The bytes that a stage was made of; null where it was made of none.
  function bytesOf(stage) {
    const { pixels } = Model.page.image;
    return stage === "input" && Shown.isEngine && pixels !== null ? pixels.values : null;
  }

  function summed(layer, place, terms, bias, engine) {
    terms.forEach((term) => {
      // Added to zero, a zero has no sign.
      term.product = term.value * term.weight + 0;
    });
    const zeros = terms.filter((term) => term.product === 0).length;
    return addedUp({ layer, place, terms, bias, engine, zeros });
  }

  function addedUp(ledger) {
    let running = null;
    ledger.terms.forEach((term) => {
      running = running === null ? term.product : running + term.product;
      term.running = running;
    });
    return { ...ledger, sum: running + ledger.bias };
  }

  function largestFirst(ledger) {
    const terms = ledger.terms.map((term) => ({ ...term }));
    terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
    return addedUp({ ...ledger, terms });
  }

  function summing(stage, unit) {
    const after = [];
    let layer = Model.layer(stage);
    while (layer && layer.kind !== "affine") {
      if (layer.output_shape.length !== 1 || layer.kind === "flatten") {
        return null;
      }
      after.unshift(layer.name);
      layer = Model.layer(layer.input);
    }
    return layer ? { layer, unit, after } : null;
  }

  return Object.freeze({ convolution, affine, largestFirst, summing });
})();
