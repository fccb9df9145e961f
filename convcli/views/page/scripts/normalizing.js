"use strict";

// Normalizing: the geometry of MNIST, step by step as in convcli/digits/normalizing.py.
//
// Pixels are {height, width, values}, values a Uint8Array of one grey channel. Everything is counted
// in whole numbers, so that the same ink gives the same pixels here and there.
const Normalizing = (() => {
  const sumOf = (numbers) => numbers.reduce((total, number) => total + number, 0);

  // The rows and the columns of the smallest rectangle that holds all ink: [start, stop) each.
  function inkBounds({ height, width, values }) {
    const rows = [];
    const columns = [];
    values.forEach((value, place) => {
      if (value > 0) {
        rows.push(Math.floor(place / width));
        columns.push(place % width);
      }
    });
    return { rows: span(rows, height), columns: span(columns, width) };
  }

  function span(places, length) {
    const extent = (ends, place) => [Math.min(ends[0], place), Math.max(ends[1], place + 1)];
    return places.reduce(extent, [length, 0]);
  }

  function crop({ width, values }, { rows, columns }) {
    const lines = [];
    for (let row = rows[0]; row < rows[1]; row += 1) {
      lines.push(...values.subarray(row * width + columns[0], row * width + columns[1]));
    }
    return {
      height: rows[1] - rows[0],
      width: columns[1] - columns[0],
      values: Uint8Array.from(lines),
    };
  }

  // The longer side becomes `size`, the other in proportion, halves rounded up.
  function fitInBox(pixels, size) {
    const longest = Math.max(pixels.height, pixels.width);
    const fitted = (side) => Math.max(1, Math.floor((2 * side * size + longest) / (2 * longest)));
    return average(pixels, fitted(pixels.height), fitted(pixels.width));
  }

  // Each pixel of the result is the mean of the area that it covers, halves rounded up.
  function average(pixels, height, width) {
    const bands = bandSums(pixels, height);
    const sums = transposed(bandSums(transposed(bands), width));
    const area = pixels.height * pixels.width;
    const values = Uint8Array.from(sums.values, (sum) => Math.floor((2 * sum + area) / (2 * area)));
    return { height, width, values };
  }

  // The rows summed in equal bands, counted in parts of a row.
  function bandSums({ height, width, values }, bands) {
    const sums = new Float64Array(bands * width);
    for (let band = 0; band < bands; band += 1) {
      const start = band * height;
      const stop = start + height;
      for (let row = Math.floor(start / bands); row * bands < stop; row += 1) {
        const parts = Math.min((row + 1) * bands, stop) - Math.max(row * bands, start);
        for (let column = 0; column < width; column += 1) {
          sums[band * width + column] += parts * values[row * width + column];
        }
      }
    }
    return { height: bands, width, values: sums };
  }

  function transposed({ height, width, values }) {
    const turned = values.map((_, place) => {
      return values[(place % height) * width + Math.floor(place / height)];
    });
    return { height: width, width: height, values: turned };
  }

  // The ink on a black field, moved by whole pixels so that its centre of mass is in the middle.
  function centreByMass(pixels, size) {
    const centre = centreOfMass(pixels);
    const start = (middle, side) => {
      const wanted = Math.floor(Math.floor(size / 2) - middle + 0.5);
      return Math.min(Math.max(wanted, 0), size - side);
    };
    const top = start(centre.row, pixels.height);
    const left = start(centre.column, pixels.width);
    return placed(pixels, new Uint8Array(size * size), size, top, left);
  }

  function placed(pixels, field, width, top, left) {
    for (let row = 0; row < pixels.height; row += 1) {
      const line = pixels.values.subarray(row * pixels.width, (row + 1) * pixels.width);
      field.set(line, (top + row) * width + left);
    }
    return { height: field.length / width, width, values: field };
  }

  // The mean row and the mean column, each pixel weighing its value.
  function centreOfMass({ width, values }) {
    const numbers = Array.from(values);
    const total = sumOf(numbers);
    return {
      row: sumOf(numbers.map((value, place) => value * Math.floor(place / width))) / total,
      column: sumOf(numbers.map((value, place) => value * (place % width))) / total,
    };
  }

  return Object.freeze({
    inkBounds,
    crop,
    fitInBox,
    average,
    centreByMass,
    centreOfMass,
    placed,
  });
})();
