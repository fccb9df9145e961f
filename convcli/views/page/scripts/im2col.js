"use strict";

// Im2col: the im2col matrix of a convolution, on its side, as far as it is drawn.
//
//   Im2col.of(focus)
//     values    the matrix on its side: one row for each cell under the window, one column for each
//               output; of every channel, or of one where that would be too many
//     channel   that one; null where it is every channel
//     rows      [first, count] of the whole matrix that these rows are
//     columns   [first, count] of the columns that are drawn
//   Im2col.samePixel(focus, firstRow, firstColumn)   marks of the cells that hold the same pixel
const Im2col = (() => {
  const MOST_CELLS = 2 ** 20; // More of them are shown by one channel alone.
  const MOST_ROWS = 600;
  const MOST_COLUMNS = 4096;
  let gathered = { stages: null, layer: null, channel: null, values: null };

  function of(focus) {
    const { layer, group, position } = focus;
    const isWhole = group.terms <= MOST_ROWS && group.terms * group.places <= MOST_CELLS;
    const channel = isWhole ? null : focus.channel;
    const { stages } = Shown;
    if (
      gathered.stages !== stages || gathered.layer !== layer || gathered.channel !== channel
    ) {
      gathered = { stages, layer, channel, values: lying(group, channel) };
    }
    const rows = isWhole ? [0, group.terms] : [channel * group.area, group.area];
    const most = Math.min(group.places, MOST_COLUMNS);
    const first = Math.floor(position / most) * most;
    const columns = [first, Math.min(most, group.places - first)];
    return { values: gathered.values, channel, rows, columns };
  }

  function lying({ layer, area, places }, channel) {
    const [channels] = layer.input_shape;
    const chosen = channel === null ? [...Array(channels).keys()] : [channel];
    const values = new Float64Array(chosen.length * area * places);
    const [, rows, columns] = layer.output_shape;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const position = row * columns + column;
        Geometry.reads(layer, row, column).forEach((at, offset) => {
          chosen.forEach((number, place) => {
            values[(place * area + offset) * places + position] = at.isPadding
              ? 0
              : Model.at(layer.input, number, at.row, at.column);
          });
        });
      }
    }
    return values;
  }

  // Marks of the cells that hold the same pixel.
  function samePixel({ layer, group, channel, pixel, sharing }, firstRow, firstColumn) {
    const found = [];
    for (let row = 0; row < (sharing?.height ?? 0); row += 1) {
      for (let column = 0; column < sharing.width; column += 1) {
        const [atRow, atColumn] = [sharing.top + row, sharing.left + column];
        const begin = Geometry.windowBox(layer, atRow, atColumn);
        const [y, x] = [pixel.row - begin.top, pixel.column - begin.left];
        const cell = channel * group.area + y * layer.window.width + x;
        const position = atRow * layer.output_shape[2] + atColumn;
        const box = Geometry.single(cell - firstRow, position - firstColumn);
        found.push(Object.assign(box, { strength: "weak" }));
      }
    }
    return found;
  }

  return Object.freeze({ of, samePixel });
})();
