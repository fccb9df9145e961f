"use strict";

// Geometry: where a number comes from and where it goes. Index maps of one window, no values; the
// same maps as inspection/provenance.py. A box is { top, left, height, width } in rows and columns.
const Geometry = (() => {
  // One direction of a layer's window: 0 is down, 1 is across.
  function direction(layer, axis) {
    return {
      size: layer.input_shape[1 + axis],
      extent: axis ? layer.window.width : layer.window.height,
      stride: layer.window.strides[axis],
      before: layer.window.pads[2 * axis],
      places: layer.output_shape[1 + axis],
    };
  }

  function first(way, place) {
    return place * way.stride - way.before;
  }

  // The first and the last place whose window reads a position; none where first > last.
  function reached(way, position) {
    const last = position + way.before;
    return [
      Math.max(0, Math.ceil((last - way.extent + 1) / way.stride)),
      Math.min(way.places - 1, Math.floor(last / way.stride)),
    ];
  }

  // Every position under the window of an output, in the window's order.
  function reads(layer, row, column) {
    const [down, across] = [direction(layer, 0), direction(layer, 1)];
    const [top, left] = [first(down, row), first(across, column)];
    const found = [];
    for (let y = 0; y < down.extent; y += 1) {
      for (let x = 0; x < across.extent; x += 1) {
        const at = { y, x, row: top + y, column: left + x };
        at.isPadding =
          at.row < 0 || at.row >= down.size || at.column < 0 || at.column >= across.size;
        found.push(at);
      }
    }
    return found;
  }

  // The window of an output as a box on the map, which padding can make it reach over.
  function windowBox(layer, row, column) {
    const [down, across] = [direction(layer, 0), direction(layer, 1)];
    return {
      top: first(down, row),
      left: first(across, column),
      height: down.extent,
      width: across.extent,
    };
  }

  // The outputs that read a position, as a box; null where none does.
  function outputsOf(layer, row, column) {
    const [top, bottom] = reached(direction(layer, 0), row);
    const [left, right] = reached(direction(layer, 1), column);
    if (top > bottom || left > right) {
      return null;
    }
    return { top, left, height: bottom - top + 1, width: right - left + 1 };
  }

  // The outputs that some outputs of the layer before become part of.
  function outputsOfBox(layer, box) {
    const corners = [
      outputsOf(layer, box.top, box.left),
      outputsOf(layer, box.top + box.height - 1, box.left + box.width - 1),
    ];
    if (corners.includes(null)) {
      return corners[0] ?? corners[1];
    }
    return between(corners[0], corners[1]);
  }

  function between(begin, end) {
    return {
      top: begin.top,
      left: begin.left,
      height: end.top + end.height - begin.top,
      width: end.left + end.width - begin.left,
    };
  }

  // The positions that the outputs of a box read, cut off at the edges of the map.
  function behind(layer, box) {
    if (!layer.window) {
      return layer.kind === "global average pooling"
        ? whole(layer.input_shape)
        : box;
    }
    const begin = windowBox(layer, box.top, box.left);
    const end = windowBox(layer, box.top + box.height - 1, box.left + box.width - 1);
    return cut(between(begin, end), layer.input_shape);
  }

  // The rows (axis 0) or columns (axis 1) that some rows or columns of outputs read, without padding.
  function linesBehind(layer, axis, places) {
    if (!layer.window) {
      const all = [...Array(layer.input_shape[1 + axis]).keys()];
      return layer.kind === "global average pooling" ? all : places;
    }
    const way = direction(layer, axis);
    const found = new Set();
    places.forEach((place) => {
      for (let offset = 0; offset < way.extent; offset += 1) {
        found.add(first(way, place) + offset);
      }
    });
    return [...found]
      .filter((line) => line >= 0 && line < way.size)
      .toSorted((one, other) => one - other);
  }

  function whole(shape) {
    return { top: 0, left: 0, height: shape[1], width: shape[2] };
  }

  function cut(box, shape) {
    const top = Math.max(0, box.top);
    const left = Math.max(0, box.left);
    return {
      top,
      left,
      height: Math.min(shape[1], box.top + box.height) - top,
      width: Math.min(shape[2], box.left + box.width) - left,
    };
  }

  function single(row, column) {
    return { top: row, left: column, height: 1, width: 1 };
  }

  // The output and the place in its window that a position is best shown by: the output that is
  // there already if it reads the position, else the one whose window has it in the middle.
  function outputFor(layer, row, column, current) {
    const box = outputsOf(layer, row, column);
    if (box === null) {
      return null;
    }
    const within =
      current.row >= box.top &&
      current.row < box.top + box.height &&
      current.column >= box.left &&
      current.column < box.left + box.width;
    const output = within
      ? { row: current.row, column: current.column }
      : {
          row: box.top + Math.floor(box.height / 2),
          column: box.left + Math.floor(box.width / 2),
        };
    const window = windowBox(layer, output.row, output.column);
    return { ...output, y: row - window.top, x: column - window.left };
  }

  return Object.freeze({
    reads,
    windowBox,
    outputsOf,
    outputsOfBox,
    outputFor,
    behind,
    linesBehind,
    cut,
    single,
  });
})();
