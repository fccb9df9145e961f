"use strict";

// Preparation: a drawn digit made into what MNIST's images are, step by step as in
// convcli/digits/preparation.py. A pad is clean, and one digit is drawn on it: the steps that only
// photos and scans need (shadows, printed lines, specks, several digits) are left out.
//
//   Preparation.prepare(grey, {box, field, least_contrast})
//
// takes and gives pixels as in Normalizing, and gives a list of stages {name, description, pixels},
// the first as it was drawn. It throws a PictureError where there is nothing to see.
class PictureError extends Error {}

const Preparation = (() => {
  const LEVELS = Array.from({ length: 256 }, (_, level) => level);

  function prepare(grey, numbers) {
    const { height, width } = grey;
    const asItIs = height === numbers.field && width === numbers.field;
    const kept = asItIs ? ", MNIST's own size, so nothing will be cropped or moved" : "";
    const stages = [stage("grey", `read as ${sizeOf(grey)} grey pixels${kept}`, grey)];
    let [dark, light] = twoLevels(grey.values, numbers.least_contrast);
    let pixels = grey;
    const border = median(borderOf(grey));
    if (border > (dark + light) / 2) {
      pixels = changed(grey, (value) => 255 - value);
      [dark, light] = [255 - light, 255 - dark];
      const why = `because the border is light (its median is ${whole(border)} of 255)`;
      stages.push(stage("inverted", `inverted, ${why}`, pixels));
    }
    return asItIs ? stages : [...stages, ...normalized(pixels, dark, light, numbers)];
  }

  // The mean dark and the mean light level, divided where they differ most (N. Otsu, 1979).
  function twoLevels(values, leastContrast) {
    const counts = new Float64Array(256);
    values.forEach((value) => {
      counts[value] += 1;
    });
    const masses = counts.map((count, level) => count * level);
    const [below, darkMasses] = [runningSums(counts), runningSums(masses)];
    const above = runningSums(counts.toReversed()).toReversed();
    const lightMasses = runningSums(masses.toReversed()).toReversed();
    let best = { spread: -1 };
    for (let level = 0; level < 255; level += 1) {
      // A class without pixels has no mean; its spread is zero whatever is put there.
      const dark = darkMasses[level] / Math.max(below[level], 1);
      const light = lightMasses[level + 1] / Math.max(above[level + 1], 1);
      const spread = below[level] * above[level + 1] * ((light - dark) * (light - dark));
      if (spread > best.spread) {
        best = { spread, dark, light, below: below[level] };
      }
    }
    const contrast = best.below ? best.light - best.dark : 0;
    if (contrast < leastContrast) {
      const difference = `differ by ${whole(contrast)} of 255`;
      throw new PictureError(`no ink to see: its dark and its light parts ${difference}`);
    }
    return [best.dark, best.light];
  }

  function runningSums(numbers) {
    let total = 0;
    return numbers.map((number) => {
      total += number;
      return total;
    });
  }

  function* normalized(pixels, paper, ink, { box, field }) {
    const low = (5 * paper + 3 * ink) / 8;
    const high = (3 * paper + 5 * ink) / 8;
    const ramp = (level) => Math.min(Math.max((level - low) / (high - low), 0), 1);
    const table = LEVELS.map((level) => Math.floor(255 * ramp(level) + 0.5));
    const separated = changed(pixels, (value) => table[value]);
    const levels = `up to ${whole(low)} became 0, from ${whole(high)} on 255, evenly between`;
    yield stage("separated", `paper told from ink: ${levels}`, separated);

    const bounds = Normalizing.inkBounds(separated);
    const cropped = Normalizing.crop(separated, bounds);
    const [rows, columns] = [bounds.rows, bounds.columns].map(
      ([start, stop]) => `${start}..${stop - 1}`,
    );
    yield stage("cropped", `cropped to the ink: rows ${rows}, columns ${columns}`, cropped);

    let fitted = Normalizing.fitInBox(cropped, box);
    const averaged = `${sizeOf(cropped)} averaged to ${sizeOf(fitted)}`;
    yield stage("fitted", `fitted in ${box}x${box}: ${averaged}`, fitted);

    const brightest = Math.max(...fitted.values);
    if (brightest === 0) {
      throw new PictureError(`its ink is too thin for ${box}x${box} pixels`);
    }
    if (brightest < 255) {
      fitted = brightened(fitted, brightest);
      const others = "the others in proportion";
      const what = `brightened: the brightest, ${brightest}, became 255, ${others}`;
      yield stage("brightened", what, fitted);
    }

    const centred = Normalizing.centreByMass(fitted, field);
    const { row, column } = Normalizing.centreOfMass(centred);
    const centre = `the centre of mass is at row ${tenths(row)}, column ${tenths(column)}`;
    yield stage("centred", `centred in ${field}x${field}: ${centre}`, centred);
  }

  function brightened(pixels, brightest) {
    return changed(pixels, (value) => Math.floor((510 * value + brightest) / (2 * brightest)));
  }

  function changed(pixels, change) {
    return { ...pixels, values: pixels.values.map(change) };
  }

  function borderOf({ height, width, values }) {
    const column = (x) => Array.from({ length: height }, (_, row) => values[row * width + x]);
    const row = (y) => values.subarray(y * width, (y + 1) * width);
    return [...row(0), ...row(height - 1), ...column(0), ...column(width - 1)];
  }

  function median(numbers) {
    const sorted = numbers.toSorted((first, second) => first - second);
    const middle = sorted.length / 2;
    return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  }

  const whole = (value) => Numbers.fixed(value, 0);
  const tenths = (value) => Numbers.fixed(value, 1);
  const stage = (name, description, pixels) => ({ name, description, pixels });
  const sizeOf = ({ height, width }) => `${height}x${width}`;

  return Object.freeze({ prepare, borderOf, median, sizeOf, stage });
})();
