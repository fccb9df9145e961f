"use strict";

// Sentences: a cell of the matrix, a pooled value and a softmax in words, as convcli explain has it.
const Sentences = (() => {
  const { exact, place, counted, grouped, line } = Numbers;

  function matrixCell(focus, selection) {
    const { layer, group, position, output, channel, y, x, pixel } = focus;
    const { height, width, strides, pads } = layer.window;
    const [, rows, columns] = layer.output_shape;
    const [channels] = layer.input_shape;
    const weight = place([channel, y, x]);
    const ofChannel = channels > 1 ? `, channel ${channel}` : "";
    return [
      `Row ${position} = ${output[0]} * ${columns} + ${output[1]}: the output ${place(output)}.`,
      `Column ${selection.cell} = (${channel} * ${height} + ${y}) * ${width} + ${x}: ` +
        `the weight ${weight}, ${exact(focus.weight)} in filter ${selection.filter}.`,
      `It holds pixel ${place([pixel.row, pixel.column])} of ${layer.input}${ofChannel}: ` +
        `${valueText(focus)}. ` +
        `(${pixel.row} = ${output[0]} * ${strides[0]} - ${pads[0]} + ${y}, ` +
        `${pixel.column} = ${output[1]} * ${strides[1]} - ${pads[2]} + ${x})`,
      `By offset: slice ${y * width + x} of the ${group.area}, ` +
        `the picture of weight ${place([y, x])} at every output, ` +
        `at ${place(output)} of its ${rows}x${columns}.`,
      `By position: slice ${position} of the ${group.places}, ` +
        `the patch of output ${place(output)}, at ${place([y, x])} of its ${height}x${width}.`,
    ];
  }

  function valueText({ pixel, value, layer, channel }) {
    if (pixel.isPadding) {
      return "padding, which is 0";
    }
    const { pixels } = Model.page.image;
    if (layer.input !== "input" || !Shown.isEngine || pixels === null) {
      return exact(value);
    }
    const [, height, width] = layer.input_shape;
    const byte = pixels.values[(channel * height + pixel.row) * width + pixel.column];
    return `${exact(value)} (byte ${byte})`;
  }

  function pooled(layer, channel, found, engine, focus) {
    const winner = found.reads[found.winner];
    const lines = [];
    if (found.winner === null) {
      lines.push(`The mean of ${found.values.length} values is ${exact(engine)}.`);
    } else {
      const at = `${place([winner.row, winner.column])} of ${layer.input}`;
      lines.push(
        found.tied === 1
          ? `${at} wins with ${exact(engine)}.`
          : `tie of ${found.tied}, the first wins: ${at} with ${exact(engine)}.`,
      );
      const [tied, windows] = Pooling.ties(layer);
      lines.push(
        `On this image ${grouped(tied)} of the ${grouped(windows)} windows of ${layer.name} ` +
          `tie (${Numbers.fixed((100 * tied) / windows, 0)}%).`,
      );
    }
    if (focus !== null) {
      lines.push(`The pooled value sees ${field(focus.field)}.`);
    }
    return lines;
  }

  function field({ rows, columns }) {
    if (!rows.length || !columns.length) {
      return "no pixels";
    }
    const [channels] = Model.shape("input");
    const each = channels > 1 ? ` in each of ${channels} channels` : "";
    return (
      `${counted(rows.length * columns.length, "pixel")} of the image${each}, ` +
      `${line("row", rows)}, ${line("column", columns)}`
    );
  }

  function softmax(rows, unit) {
    const { belowLargest, exponential, probability } = rows[unit];
    const total = exact(Softmax.total());
    return (
      `softmax: exp(${exact(belowLargest)}) / ${total} = ${exact(exponential)} / ${total} = ` +
      `${exact(probability)}, the probability of ${Model.className(unit)}.`
    );
  }

  return Object.freeze({ matrixCell, pooled, softmax, field });
})();
