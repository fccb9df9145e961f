"use strict";

// PanelFilters: all filters of the chosen convolution, and the chosen one with its weights.
const PanelFilters = (() => {
  let [strip, large, numbers] = [null, null, null];

  function build(host) {
    strip = Figures.make({
      title: "all filters",
      hint: "Arrow keys choose a filter.",
      choose: (tile, row, column) => chooseWeight(tile, row, column),
      move: moveFilter,
      size: "small",
    });
    large = Figures.make({
      title: "the chosen filter",
      choose: (_, row, column) => chooseWeight(Selection.pinned.filter, row, column),
      move: moveWeight,
    });
    numbers = Figures.onDemand("Numbers as a table", table);
    host.append(strip.element, large.element, numbers.element);
  }

  function chooseWeight(filter, row, column) {
    const { layer, channel, output } = Focus.of(Selection.pinned);
    const cell = (channel * layer.window.height + row) * layer.window.width + column;
    return { stage: "weight", filter, cell, row: output[0], column: output[1] };
  }

  function moveWeight(down, across) {
    const { layer, y, x } = Focus.of(Selection.current);
    return chooseWeight(
      Selection.current.filter,
      Figures.stepped(y, down, layer.window.height),
      Figures.stepped(x, across, layer.window.width),
    );
  }

  function moveFilter(down, across) {
    const { layer } = Focus.of(Selection.current);
    const filters = layer.output_shape[0];
    const step = across + down * Mosaic.acrossFor(filters);
    return { filter: Figures.stepped(Selection.current.filter, step, filters) };
  }

  function show(selection) {
    const focus = Focus.of(selection);
    const { layer, group, channel } = focus;
    const { height, width } = layer.window;
    const [filters] = layer.output_shape;
    const { values } = layer.arrays.weights;
    const scale = signed(values);
    const strides = [group.terms, width, 1];
    const offset = channel * group.area;
    const of = layer.input_shape[0] === 1 ? "" : `, their channel ${channel}`;
    strip.title(`${Numbers.counted(filters, "filter")} of ${layer.name}${of}`);
    strip.mosaic.name(`The filters of ${layer.name}; chosen is ${selection.filter}`);
    strip.mosaic.lay({
      tiles: filters, height, width, across: Mosaic.acrossFor(filters), gap: 1, most: 8,
    });
    strip.mosaic.paint({ values, offset, strides, scale });
    strip.mosaic.mark([
      { tile: selection.filter, top: 0, left: 0, height, width, strength: "strong" },
    ]);
    large.title(`filter ${selection.filter}${layer.input_shape[0] === 1 ? "" : `, channel ${channel}`}`);
    large.mosaic.name(`Filter ${selection.filter} of ${layer.name}`);
    large.mosaic.lay({ tiles: 1, height, width, most: 32 });
    large.mosaic.paint({
      values, offset: offset + selection.filter * group.terms, strides, scale,
    });
    large.mosaic.mark([
      { top: 0, left: 0, height, width, strength: "weak" },
      { ...Geometry.single(focus.y, focus.x), strength: "strong" },
    ]);
    large.reading(
      `weight ${Numbers.place([channel, focus.y, focus.x])}: ${Numbers.exact(focus.weight)}; ` +
        biasText(layer, selection.filter),
    );
    large.legend(Colours.legend(scale));
    numbers.refresh();
  }

  // Weights may be negative, whether or not these are.
  function signed(values) {
    return { ...Colours.scaleOf(values), diverging: true };
  }

  function biasText(layer, filter) {
    const { bias } = layer.arrays;
    return bias ? `bias ${Numbers.exact(bias.values[filter])}` : "no bias";
  }

  function table() {
    const { layer, group, channel, y, x } = Focus.of(Selection.current);
    const { filter } = Selection.current;
    const from = filter * group.terms + channel * group.area;
    return Figures.mapTable(
      `filter ${filter} of ${layer.name}, channel ${channel}`,
      layer.window.height,
      layer.window.width,
      (row, column) => layer.arrays.weights.values[from + row * layer.window.width + column],
      [y, x],
    );
  }

  return Object.freeze({ build, show, signed });
})();
