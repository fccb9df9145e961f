"use strict";

// Explained: what is said of the selected number.
//
//   Explained.of(selection) gives
//     title           which number it is
//     short           the same with its value, in one line
//     command         the command that says the same in the terminal
//     tables, last    tables before and after that of the terms
//     notes, closing  sentences before and after those about the sum
//     ledger          its terms; null where nothing is added up
//     byContribution  whether the largest come first
const Explained = (() => {
  function of(selection) {
    const layer = Model.layer(selection.stage);
    const base = {
      tables: [], last: [], notes: [], closing: [], ledger: null, byContribution: false,
    };
    if (layer !== undefined && layer.output_shape.length === 1) {
      return { ...base, ...ofRow(selection, layer) };
    }
    const focus = Focus.of(selection);
    if (layer !== undefined && Model.isPooling(layer)) {
      return { ...base, ...ofPooling(selection, layer) };
    }
    return { ...base, ...ofMaps(selection, focus, layer) };
  }

  // An output of the convolution, a pixel, weight or cell that belongs to one, or what an activation
  // made of one.
  function ofMaps(selection, focus, layer) {
    const { output } = focus;
    const name = focus.layer.name;
    const title = `${name}, filter ${selection.filter}, ${Numbers.place(output)}`;
    const value = Numbers.exact(Model.at(name, selection.filter, ...output));
    const answer = {
      title,
      short: `${title}: ${value}`,
      command: `convcli explain --at conv:${output.join(",")}${options(selection, name)}`,
      ledger: Ledger.convolution(focus, selection),
    };
    if (layer !== undefined && layer !== focus.layer) {
      return { ...answer, ...ofActivation(selection, focus, layer, answer) };
    }
    return { ...answer, ...ofCell(selection, focus, answer) };
  }

  function options(selection, name) {
    const layer = name === Model.groups[0]?.layer.name ? "" : ` --layer ${name}`;
    return `${layer}${selection.filter ? ` --filter ${selection.filter}` : ""}`;
  }

  function ofActivation(selection, focus, layer, below) {
    const at = focus.places.get(layer.name);
    const after = Numbers.exact(Model.at(layer.name, selection.filter, ...at));
    const before = Numbers.exact(Model.at(layer.input, selection.filter, ...at));
    const title = `${layer.name}, map ${selection.filter}, ${Numbers.place(at)}`;
    return {
      title: `${title}, made of ${below.title}`,
      short: `${title}: ${after}`,
      notes: [`${layer.name} = ${layer.origin}: ${before} of ${layer.input} becomes ${after}.`],
    };
  }

  function ofCell(selection, focus, answer) {
    const { position } = focus;
    const cell = `cell (${position}, ${selection.cell})`;
    const closing = Sentences.matrixCell(focus, selection);
    if (selection.stage === "pixel") {
      return { short: `${PanelImage.pixelText(focus)}; ${answer.short}`, closing };
    }
    if (selection.stage === "weight") {
      const weight = Numbers.exact(focus.weight);
      const place = Numbers.place([focus.channel, focus.y, focus.x]);
      return { short: `weight ${place}: ${weight}; ${answer.short}`, closing };
    }
    if (selection.stage === "matrix") {
      return {
        title: `${cell} of the im2col matrix, for ${answer.title}`,
        short: `${cell}: ${Numbers.exact(focus.value)}; ${answer.short}`,
        command:
          `convcli explain --at cell:${position},${selection.cell}` +
          options(selection, focus.layer.name),
        closing,
      };
    }
    return { closing };
  }

  function ofPooling(selection, layer) {
    const { filter, row, column } = selection;
    const found = Pooling.of(layer, filter, row, column);
    const title = `${layer.name}, channel ${filter}, ${Numbers.place([row, column])}`;
    const engine = Model.at(layer.name, filter, row, column);
    const rows = found.reads.map((read, number) => [
      Numbers.place([read.row, read.column]),
      found.values[number] === null ? "" : Numbers.number(found.values[number]),
      wins(found, number, engine),
      found.shares[number] === null ? "" : Numbers.general(found.shares[number], 6),
    ]);
    const firstPooling = Model.layers.find((one) => Model.isPooling(one));
    const named = layer === firstPooling ? "" : ` --layer ${layer.name}`;
    const numbered = filter ? ` --filter ${filter}` : "";
    return {
      title,
      short: `${title}: ${Numbers.exact(engine)}`,
      command: `convcli explain --at pool:${row},${column}${named}${numbered}`,
      tables: [
        Elements.table(
          `under the window, in ${layer.input}`,
          [
            { text: "place" },
            { text: "value", numeric: true },
            { text: "wins" },
            { text: "gradient", numeric: true },
          ],
          rows,
          found.values.map((_, number) => (number === found.winner ? "chosen" : "")),
        ),
      ],
      notes: Sentences.pooled(layer, filter, found, engine, Focus.of(selection)),
    };
  }

  function wins(found, number, engine) {
    if (found.values[number] === null) {
      return "padding";
    }
    if (found.winner === null) {
      return "";
    }
    if (number === found.winner) {
      return "wins";
    }
    return found.values[number] === engine ? "ties" : "";
  }

  function ofRow(selection, layer) {
    const { unit } = selection;
    const value = Numbers.exact(Model.value(layer.name, unit));
    const isScore = layer.name === Model.scores;
    const title = `${layer.name}, unit ${unit}`;
    const summing = Ledger.summing(layer.name, unit);
    const ledger = summing && Ledger.affine(summing.layer, unit);
    const answer = {
      title: isScore ? `score of ${Model.className(unit)}, ${title}` : title,
      command: commandOf(summing, unit, isScore),
      ledger,
      byContribution: true,
      notes: leftOut(summing, ledger),
      closing: afterwards(summing, unit),
    };
    answer.short = `${answer.title}: ${value}`;
    if (isScore) {
      const rows = Softmax.rows();
      answer.last = [softmaxTable(rows, unit)];
      answer.closing.push(Sentences.softmax(rows, unit));
    }
    return answer;
  }

  function commandOf(summing, unit, isScore) {
    if (isScore) {
      return `convcli explain --at score:${unit}`;
    }
    return summing ? `convcli explain --at unit:${summing.layer.name},${unit}` : "convcli predict";
  }

  function leftOut(summing, ledger) {
    if (!summing || ledger !== null) {
      return [];
    }
    return Model.page.drawing
      ? [`The weights of ${summing.layer.name} are being unpacked.`]
      : [
          `This page was made with --no-draw and leaves out the weights of ${summing.layer.name}: ` +
            "the command below lists the terms.",
        ];
  }

  function afterwards(summing, unit) {
    return (summing?.after ?? []).map(
      (name) => `${name} makes ${Numbers.exact(Model.value(name, unit))} of it.`,
    );
  }

  function softmaxTable(rows, unit) {
    return Elements.table(
      "softmax",
      [
        { text: "class" },
        ...["score", "below largest", "exponential", "probability"].map((text) => ({
          text,
          numeric: true,
        })),
      ],
      rows.map((row, number) => [
        Model.className(number),
        Numbers.number(row.score),
        Numbers.number(row.belowLargest),
        Numbers.exact(row.exponential),
        Numbers.exact(row.probability),
      ]),
      rows.map((_, number) => (number === unit ? "chosen" : "")),
    );
  }

  return Object.freeze({ of });
})();
