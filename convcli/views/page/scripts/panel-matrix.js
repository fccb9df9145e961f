"use strict";

// PanelMatrix: the im2col matrix on its side, and the three steps from its slices to it.
const PanelMatrix = (() => {
  const MOST_SIDE = 2048; // Of the picture of all slices.
  const HEIGHT = 150;
  const TRANSPOSES = { offset: "transpose(0,4,5,1,2,3)", position: "transpose(0,2,3,1,4,5)" };
  const AXES = {
    offset: "N C FH FW OH OW",
    position: "N C OH OW FH FW",
    common: "N OH OW C FH FW",
    matrix: "N*OH*OW C*FH*FW",
  };
  let [choice, slices, turned, matrix, steps, numbers] = [null, null, null, null, null, null];
  let drawn = null;

  function build(host) {
    const { make } = Elements;
    choice = make("fieldset", { class: "choice" }, make("legend", {}, "How it is filled"));
    slices = Figures.make({
      title: "1. the slices",
      choose: (...at) => chooseIn(Selection.pinned.slicing, ...at),
      move: moveCell,
      size: "small",
    });
    turned = Figures.make({
      title: "2. transposed",
      choose: (...at) => chooseIn("position", ...at),
      move: moveCell,
      size: "small",
    });
    matrix = Figures.make({
      title: "3. reshaped: the matrix, on its side",
      choose: (_, row, column) => chooseCell(row + drawn.rows[0], column + drawn.columns[0]),
      move: moveCell,
    });
    steps = make("div", { class: "scroller", tabindex: "0", role: "group" });
    steps.setAttribute("aria-label", "The three steps with their numbers");
    numbers = Figures.onDemand("Numbers as a table", table);
    host.append(
      choice,
      make("div", { class: "side-by-side" }, slices.element, turned.element),
      matrix.element,
      steps,
      numbers.element,
    );
  }


  function chooseCell(cell, position) {
    const { layer } = Focus.of(Selection.pinned);
    const columns = layer.output_shape[2];
    return {
      stage: "matrix",
      cell,
      row: Math.floor(position / columns),
      column: position % columns,
    };
  }

  function chooseIn(slicing, tile, row, column) {
    const { layer, group, channel } = Focus.of(Selection.pinned);
    const before = channel * group.area;
    return slicing === "offset"
      ? chooseCell(before + tile, row * layer.output_shape[2] + column)
      : chooseCell(before + row * layer.window.width + column, tile);
  }

  function moveCell(down, across) {
    const { group, position } = Focus.of(Selection.current);
    return chooseCell(
      Figures.stepped(Selection.current.cell, down, group.terms),
      Figures.stepped(position, across, group.places),
    );
  }

  function show(selection) {
    const focus = Focus.of(selection);
    showChoice(focus, selection.slicing);
    drawn = Im2col.of(focus);
    showSlices(slices, focus, selection.slicing);
    showSlices(turned, focus, "position");
    slices.title(
      `1. ${Numbers.counted(slicesIn(focus, selection.slicing), "slice")}${ofChannel(focus)}: ` +
        (selection.slicing === "offset" ? "one for each weight" : "one for each output"),
    );
    turned.title(`2. after ${TRANSPOSES[selection.slicing]}: patch beside patch`);
    showMatrix(focus, selection);
    steps.replaceChildren(stepsTable(focus, selection));
    numbers.refresh();
  }

  function ofChannel(focus) {
    return focus.layer.input_shape[0] === 1 ? "" : ` of channel ${focus.channel}`;
  }

  function slicesIn(focus, slicing) {
    return slicing === "offset" ? focus.group.area : focus.group.places;
  }

  function showChoice(focus, slicing) {
    if (choice.dataset.of !== focus.layer.name) {
      choice.dataset.of = focus.layer.name;
      const radios = ["offset", "position"].map((name) => radio(focus, name));
      choice.replaceChildren(choice.firstElementChild, ...radios);
    }
    choice.querySelectorAll("input").forEach((input) => {
      input.checked = input.value === slicing;
    });
  }

  function radio(focus, slicing) {
    const input = Elements.make("input", { type: "radio", name: "slicing", value: slicing });
    input.addEventListener("change", () => Selection.pin({ slicing }));
    const text = `${Numbers.counted(slicesIn(focus, slicing), "slice")}, by ${slicing}`;
    return Elements.make("label", {}, input, ` ${text}`);
  }

  function scale(focus) {
    return Colours.scaleOf(Shown.stages.get(focus.layer.input));
  }

  function showSlices(figure, focus, slicing) {
    const { layer, group } = focus;
    const [, rows, columns] = layer.output_shape;
    const { height, width } = layer.window;
    const byOffset = slicing === "offset";
    const [tall, wide] = [rows * height, columns * width];
    figure.element.hidden = Math.max(tall, wide) > MOST_SIDE;
    if (figure.element.hidden) {
      return;
    }
    figure.mosaic.lay(
      byOffset
        ? { tiles: group.area, height: rows, width: columns, across: width, gap: 1, most: 4 }
        : { tiles: group.places, height, width, across: columns, gap: 1, most: 4 },
    );
    const { places } = group;
    const first = drawn.channel === null ? focus.channel * group.area * places : 0;
    figure.mosaic.paint({
      values: drawn.values,
      offset: first,
      strides: byOffset ? [places, columns, 1] : [1, width * places, places],
      scale: scale(focus),
    });
    figure.mosaic.mark(sliceMarks(focus, byOffset));
    figure.mosaic.name(
      byOffset ? "The slices by offset" : "The patches, one beside the other",
    );
  }

  function sliceMarks(focus, byOffset) {
    const { layer, position, y, x, output } = focus;
    const [, rows, columns] = layer.output_shape;
    const { height, width } = layer.window;
    const tile = byOffset ? y * width + x : position;
    const whole = byOffset ? { height: rows, width: columns } : { height, width };
    const at = byOffset ? Geometry.single(...output) : Geometry.single(y, x);
    return [
      { tile, top: 0, left: 0, ...whole, strength: "weak" },
      { tile, ...at, strength: "strong" },
    ];
  }

  function showMatrix(focus, selection) {
    const { group, position } = focus;
    const [[firstRow, rows], [firstColumn, columns]] = [drawn.rows, drawn.columns];
    matrix.title(matrixTitle(focus));
    matrix.mosaic.name(
      `The im2col matrix of ${focus.layer.name} on its side, ` +
        `${group.terms} by ${group.places}`,
    );
    const tall = Math.max(1, Math.floor(HEIGHT / rows));
    matrix.mosaic.lay({ tiles: 1, height: rows, width: columns, most: 12, tall });
    matrix.mosaic.paint({
      values: drawn.values,
      offset: firstColumn,
      strides: [0, group.places, 1],
      scale: scale(focus),
    });
    const [row, column] = [selection.cell - firstRow, position - firstColumn];
    matrix.mosaic.mark([
      ...Im2col.samePixel(focus, firstRow, firstColumn),
      { top: 0, left: column, height: rows, width: 1, strength: "weak" },
      { top: row, left: 0, height: 1, width: columns, strength: "weak" },
      { ...Geometry.single(row, column), strength: "strong" },
    ]);
    matrix.reading(
      `cell ${Numbers.place([position, selection.cell])}: ${Numbers.exact(focus.value)}` +
        `${focus.pixel.isPadding ? ", padding" : ""}`,
    );
    matrix.legend(Colours.legend(scale(focus)));
  }

  function matrixTitle({ group, channel }) {
    const shape = `3. reshaped: ${Numbers.grouped(group.places)}x${group.terms}, on its side`;
    const channels = drawn.channel === null ? "" : `; the rows of channel ${channel}`;
    const [first, columns] = drawn.columns;
    const part =
      columns === group.places ? "" : `; columns ${first} to ${first + columns - 1}`;
    return `${shape}${channels}${part}`;
  }

  // The rows of the tables of convcli explain --at cell:ROW,COLUMN.
  function stepsTable(focus, { slicing, cell }) {
    const { layer, channel, y, x, output, group, position } = focus;
    const [, rows, columns] = layer.output_shape;
    const [channels] = layer.input_shape;
    const { height, width } = layer.window;
    const places = { output: [rows, columns], window: [height, width] };
    const byOffset = slicing === "offset";
    const own = byOffset
      ? [[1, channels, ...places.window, ...places.output], [0, channel, y, x, ...output]]
      : [[1, channels, ...places.output, ...places.window], [0, channel, ...output, y, x]];
    const line = (action, axes, shape, index) => [
      action, axes, Numbers.compact(shape), Numbers.compact(index),
    ];
    return Elements.table(
      `cell ${Numbers.place([position, cell])}, by ${slicing}`,
      ["step", "axes", "shape", "index"].map((text) => ({ text })),
      [
        line("slices", AXES[slicing], ...own),
        line(
          TRANSPOSES[slicing],
          AXES.common,
          [1, ...places.output, channels, ...places.window],
          [0, ...output, channel, y, x],
        ),
        line("reshape", AXES.matrix, [group.places, group.terms], [position, cell]),
      ],
    );
  }

  function table() {
    const { layer, group, output, position } = Focus.of(Selection.current);
    const columns = layer.output_shape[2];
    const begin = position - output[1];
    const first = drawn.rows[0];
    return Figures.mapTable(
      `the matrix on its side: rows from ${first}, ` +
        `columns ${begin} to ${begin + columns - 1}, which are row ${output[0]} of the outputs`,
      drawn.rows[1],
      columns,
      (row, column) => drawn.values[row * group.places + begin + column],
      [Selection.current.cell - first, output[1]],
    );
  }

  return Object.freeze({ build, show });
})();
