"use strict";

// PanelConvolution: patch times filter, the sum, and the map that these sums make.
const PanelConvolution = (() => {
  let [patch, weights, products, equation, output, strip, numbers] = [];

  function build(host) {
    const { make } = Elements;
    patch = small("patch");
    weights = small("filter");
    products = small("products");
    equation = make("p", { class: "equation" });
    output = Figures.make({ title: "the output", choose: chooseOutput, move: moveOutput });
    strip = Figures.make({
      title: "all outputs",
      hint: "Arrow keys choose a filter.",
      choose: (tile, row, column) => ({ ...chooseOutput(0, row, column), filter: tile }),
      move: moveFilter,
      size: "small",
    });
    numbers = Figures.onDemand("Numbers as a table", table);
    const sign = (text) => make("span", { class: "sign", "aria-hidden": "true" }, text);
    host.append(
      make(
        "div",
        { class: "product" },
        patch.element,
        sign("×"),
        weights.element,
        sign("="),
        products.element,
      ),
      equation,
      output.element,
      strip.element,
      numbers.element,
    );
  }

  function small(title) {
    return Figures.make({ title, choose: chooseTerm, move: moveTerm, size: "tiny" });
  }

  function chooseTerm(_, row, column) {
    const { layer, channel, output: at } = Focus.of(Selection.pinned);
    const cell = (channel * layer.window.height + row) * layer.window.width + column;
    return { stage: layer.name, cell, row: at[0], column: at[1] };
  }

  function moveTerm(down, across) {
    const { layer, y, x } = Focus.of(Selection.current);
    return chooseTerm(
      0,
      Figures.stepped(y, down, layer.window.height),
      Figures.stepped(x, across, layer.window.width),
    );
  }

  function chooseOutput(_, row, column) {
    const { layer } = Focus.of(Selection.pinned);
    const [, rows, columns] = layer.output_shape;
    const isThere = row >= 0 && column >= 0 && row < rows && column < columns;
    return isThere ? { stage: layer.name, row, column } : null;
  }

  function moveOutput(down, across) {
    const { layer, output: at } = Focus.of(Selection.current);
    const [, rows, columns] = layer.output_shape;
    return chooseOutput(
      0,
      Figures.stepped(at[0], down, rows),
      Figures.stepped(at[1], across, columns),
    );
  }

  function moveFilter(down, across) {
    const [filters] = Focus.of(Selection.current).layer.output_shape;
    const step = across + down * Mosaic.acrossFor(filters);
    return { filter: Figures.stepped(Selection.current.filter, step, filters) };
  }

  function show(selection) {
    const focus = Focus.of(selection);
    showProduct(focus, selection);
    showOutput(focus, selection);
    showStrip(focus, selection);
    numbers.refresh();
  }

  function showProduct(focus, selection) {
    const { layer, group, channel, output: at } = focus;
    const { height, width } = layer.window;
    const first = selection.filter * group.terms + channel * group.area;
    const filter = layer.arrays.weights.values.subarray(first, first + group.area);
    const values = Geometry.reads(layer, ...at).map((read) =>
      read.isPadding ? 0 : Model.at(layer.input, channel, read.row, read.column),
    );
    const made = values.map((value, number) => value * filter[number]);
    const parts = [
      [patch, values, Colours.scaleOf(Shown.stages.get(layer.input))],
      [weights, filter, PanelFilters.signed(layer.arrays.weights.values)],
      [products, made, { ...Colours.scaleOf(made), diverging: true }],
    ];
    parts.forEach(([figure, numbersOf, scale]) => {
      figure.mosaic.lay({ tiles: 1, height, width, most: 20 });
      figure.mosaic.paint({ values: numbersOf, offset: 0, strides: [0, width, 1], scale });
      figure.mosaic.mark([{ ...Geometry.single(focus.y, focus.x), strength: "strong" }]);
      figure.reading(Numbers.number(numbersOf[focus.y * width + focus.x] + 0));
    });
    patch.title(layer.input_shape[0] === 1 ? "patch" : `patch, channel ${channel}`);
    const ledger = Ledger.convolution(focus, selection);
    const terms = Numbers.counted(group.terms, "product");
    const total = Numbers.number(ledger.sum - ledger.bias);
    equation.textContent =
      `${terms} add up to ${total}; with the bias ${Numbers.number(ledger.bias)} ` +
      `that is ${Numbers.number(ledger.sum)}.`;
  }

  function showOutput(focus, selection) {
    const { layer, output: at, sharing } = focus;
    const [, height, width] = layer.output_shape;
    const values = Shown.stages.get(layer.name);
    const scale = Colours.scaleOf(values);
    output.title(`${layer.name}, filter ${selection.filter}`);
    output.mosaic.name(`The output of ${layer.name}, filter ${selection.filter}`);
    output.mosaic.lay({ tiles: 1, height, width, most: 14 });
    output.mosaic.paint({
      values, offset: selection.filter * height * width, strides: [0, width, 1], scale,
    });
    const marks = [{ ...Geometry.single(...at), strength: "strong" }];
    [sharing, focus.outputs].filter(Boolean).forEach((box) =>
      marks.push({ ...box, strength: "weak" }),
    );
    output.mosaic.mark(marks);
    output.reading(
      `${Numbers.place(at)}: ${Numbers.exact(Model.at(layer.name, selection.filter, ...at))}`,
    );
    output.legend(Colours.legend(scale));
  }

  function showStrip(focus, selection) {
    const { layer, output: at } = focus;
    const [tiles, height, width] = layer.output_shape;
    const values = Shown.stages.get(layer.name);
    strip.title(`all ${Numbers.counted(tiles, "output map")} of ${layer.name}`);
    strip.mosaic.lay({
      tiles, height, width, across: Mosaic.acrossFor(tiles, 4), gap: 1, most: 2,
    });
    strip.mosaic.paint({
      values, offset: 0, strides: [height * width, width, 1], scale: Colours.scaleOf(values),
    });
    strip.mosaic.mark([
      { tile: selection.filter, top: 0, left: 0, height, width, strength: "strong" },
      { tile: selection.filter, ...Geometry.single(...at), strength: "weak" },
    ]);
  }

  function table() {
    const { layer, output: at } = Focus.of(Selection.current);
    const { filter } = Selection.current;
    return Figures.mapTable(
      `${layer.name}, filter ${filter}`,
      layer.output_shape[1],
      layer.output_shape[2],
      (row, column) => Model.at(layer.name, filter, row, column),
      at,
    );
  }

  return Object.freeze({ build, show, moveOutput, moveFilter });
})();
