"use strict";

// Fitting: a drawn picture in the size that a network takes, step by step as in
// convcli/digits/fitting.py; for networks that are not about MNIST's digits.
//
//   Fitting.fit(grey, height, width)   stages as Preparation.prepare gives them
const Fitting = (() => {
  const { borderOf, median, sizeOf, stage } = Preparation;

  function fit(grey, height, width) {
    const stages = [stage("grey", `read as ${sizeOf(grey)} pixels in grey`, grey)];
    const size = fittedSize(grey, height, width);
    let pixels = grey;
    if (size.height !== grey.height || size.width !== grey.width) {
      pixels = Normalizing.average(grey, size.height, size.width);
      const what = `fitted in ${height}x${width}: ${sizeOf(grey)} averaged to ${sizeOf(pixels)}`;
      stages.push(stage("fitted", what, pixels));
    }
    if (size.height !== height || size.width !== width) {
      const colour = Number(Numbers.fixed(median(borderOf(grey)), 0));
      const field = new Uint8Array(height * width).fill(colour);
      const top = Math.floor((height - size.height) / 2);
      const left = Math.floor((width - size.width) / 2);
      const what = `in the middle of ${height}x${width} on ${colour}, the median of its border`;
      stages.push(stage("centred", what, Normalizing.placed(pixels, field, width, top, left)));
    }
    return stages;
  }

  // The largest size in proportion, halves rounded up, each side at least one pixel.
  function fittedSize(given, height, width) {
    const scaled = (side, to, of) => Math.max(1, Math.floor((2 * side * to + of) / (2 * of)));
    if (height * given.width <= width * given.height) {
      return { height, width: scaled(given.width, height, given.height) };
    }
    return { height: scaled(given.height, width, given.width), width };
  }

  return Object.freeze({ fit });
})();
