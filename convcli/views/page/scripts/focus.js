"use strict";

// Focus: everything that belongs to a selection, in every stage around its convolution.
//
//   Focus.of(selection) gives null in a network without convolutions, else
//     group, layer         the convolution with what follows it, and the convolution
//     channel, y, x        of the cell: which weight of the filter, and where under the window
//     output               (row, column) of the convolution's output
//     position             its number among all outputs: the row of the im2col matrix
//     pixel                { row, column, isPadding }: what lies under that weight
//     value, weight        there
//     outputs              box of the outputs that the explained number stands on
//     reads                box of what these read in the convolution's input
//     sharing              box of the outputs that read the same pixel; null where none does
//     field                { rows, columns } of the pixels of the network's input behind it
//     places, shared       Map: stage -> (row, column) of the explained number's way, and the box
//                          of what shares the pixel there; null where nothing is left
const Focus = (() => {
  let last = [null, null, null];

  function of(selection) {
    if (last[0] !== selection || last[1] !== Shown.stages) {
      last = [selection, Shown.stages, selection.layer === null ? null : derive(selection)];
    }
    return last[2];
  }

  function derive(selection) {
    const group = Model.group(selection.layer);
    const { layer } = group;
    const places = placesOf(group, selection);
    const [row, column] = places.get(layer.name);
    const { width } = layer.window;
    const channel = Math.floor(selection.cell / group.area);
    const offset = selection.cell % group.area;
    const [y, x] = [Math.floor(offset / width), offset % width];
    const pixel = Geometry.reads(layer, row, column)[offset];
    const sharing = Geometry.outputsOf(layer, pixel.row, pixel.column);
    const outputs = outputsBehind(group, selection, row, column);
    const begin = Geometry.windowBox(layer, outputs.top, outputs.left);
    const reads = {
      ...begin,
      height: (outputs.height - 1) * layer.window.strides[0] + layer.window.height,
      width: (outputs.width - 1) * layer.window.strides[1] + layer.window.width,
    };
    return Object.freeze({
      group,
      layer,
      channel,
      y,
      x,
      output: [row, column],
      position: row * layer.output_shape[2] + column,
      pixel,
      value: pixel.isPadding ? 0 : Model.at(layer.input, channel, pixel.row, pixel.column),
      weight: layer.arrays.weights.values[selection.filter * group.terms + selection.cell],
      outputs,
      reads,
      sharing,
      field: fieldOf(selection, places),
      places,
      shared: sharedOf(group, sharing),
    });
  }

  // From the explained stage back to the convolution, and forward from it to the others.
  function placesOf(group, selection) {
    const places = new Map();
    const chosen = group.after.findIndex((layer) => layer.name === selection.stage);
    let place = [selection.row, selection.column];
    for (let number = chosen; number >= 0; number -= 1) {
      const layer = group.after[number];
      places.set(layer.name, place);
      place = placeBefore(layer, selection.filter, place);
    }
    places.set(group.layer.name, place);
    let ahead = chosen < 0 ? place : [selection.row, selection.column];
    group.after.slice(chosen + 1).forEach((layer) => {
      ahead = ahead && placeAfter(layer, selection.filter, ahead);
      places.set(layer.name, ahead);
    });
    return places;
  }

  // What a window's number is best followed back to: the winner, or the first value of a mean.
  function placeBefore(layer, channel, [row, column]) {
    if (layer.kind === "global average pooling") {
      return [0, 0];
    }
    if (!layer.window) {
      return [row, column];
    }
    const found = Pooling.of(layer, channel, row, column);
    const at = found.reads[found.winner ?? found.reads.findIndex((read) => !read.isPadding)];
    return [at.row, at.column];
  }

  // The window over a place that it wins, else the first of those over it.
  function placeAfter(layer, channel, [row, column]) {
    if (layer.kind === "global average pooling") {
      return [0, 0];
    }
    if (!layer.window) {
      return [row, column];
    }
    const box = Geometry.outputsOf(layer, row, column);
    if (box === null) {
      return null;
    }
    for (let y = box.top; y < box.top + box.height; y += 1) {
      for (let x = box.left; x < box.left + box.width; x += 1) {
        const [atRow, atColumn] = placeBefore(layer, channel, [y, x]);
        if (atRow === row && atColumn === column) {
          return [y, x];
        }
      }
    }
    return [box.top, box.left];
  }

  function outputsBehind(group, selection, row, column) {
    const chosen = group.after.findIndex((layer) => layer.name === selection.stage);
    if (chosen < 0) {
      return Geometry.single(row, column);
    }
    let box = Geometry.single(selection.row, selection.column);
    for (let number = chosen; number >= 0; number -= 1) {
      box = Geometry.behind(group.after[number], box);
    }
    return box;
  }

  // Lines and not a box: a stride can be larger than its window.
  function fieldOf(selection, places) {
    const stage = places.has(selection.stage) ? selection.stage : selection.layer;
    const from = Model.layers.indexOf(Model.layer(stage));
    const [rows, columns] = [0, 1].map((axis) =>
      Model.layers
        .slice(0, from + 1)
        .reduceRight(
          (lines, layer) => Geometry.linesBehind(layer, axis, lines),
          [places.get(stage)[axis]],
        ),
    );
    return { rows, columns };
  }

  function sharedOf(group, sharing) {
    const shared = new Map([[group.layer.name, sharing]]);
    let box = sharing;
    group.after.forEach((layer) => {
      if (layer.kind === "global average pooling") {
        box = box && Geometry.single(0, 0);
      } else if (layer.window) {
        box = box && Geometry.outputsOfBox(layer, box);
      }
      shared.set(layer.name, box);
    });
    return shared;
  }

  return Object.freeze({ of });
})();
