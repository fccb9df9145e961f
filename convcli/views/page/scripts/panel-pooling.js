"use strict";

// PanelPooling: what follows a convolution up to the next layer with weights: activation, pooling,
// batch normalization. Each is a map of the chosen filter.
const PanelPooling = (() => {
  let place = null;
  let heading = null;
  let [figures, tables] = [new Map(), []];
  let builtFor = null;

  function build(host) {
    heading = host.querySelector("h2");
    place = Elements.make("div", { class: "maps" });
    host.append(place);
  }

  function rebuild(group) {
    builtFor = group;
    figures = new Map(group.after.map((layer) => [layer, figureOf(layer)]));
    tables = group.after.map((layer) =>
      Figures.onDemand(`Numbers of ${layer.name} as a table`, () => table(layer)),
    );
    const note = Elements.make(
      "p",
      { class: "reading" },
      `Neither an activation nor a pooling follows ${group.layer.name} directly.`,
    );
    const parts = [...figures.values()].map((figure) => figure.element);
    parts.push(...tables.map((one) => one.element));
    place.replaceChildren(...(parts.length ? parts : [note]));
    heading.textContent = headingOf(group);
  }

  function headingOf(group) {
    const kinds = group.after
      .filter((layer) => layer.kind !== "dropout")
      .map((layer) => (layer.kind === "max pooling" ? "pooling" : layer.kind));
    return kinds.length ? kinds.join(" and ") : "After it";
  }

  function figureOf(layer) {
    return Figures.make({
      title: layer.name,
      choose: (_, row, column) => choose(layer, row, column),
      move: (down, across) => move(layer, down, across),
    });
  }

  function choose(layer, row, column) {
    const [, rows, columns] = layer.output_shape;
    const isThere = row >= 0 && column >= 0 && row < rows && column < columns;
    return isThere ? { stage: layer.name, row, column } : null;
  }

  function move(layer, down, across) {
    const [row, column] = Focus.of(Selection.current).places.get(layer.name) ?? [0, 0];
    const [, rows, columns] = layer.output_shape;
    return choose(
      layer,
      Figures.stepped(row, down, rows),
      Figures.stepped(column, across, columns),
    );
  }

  function show(selection) {
    const focus = Focus.of(selection);
    if (builtFor !== focus.group) {
      rebuild(focus.group);
    }
    let scale = Colours.scaleOf(Shown.stages.get(focus.layer.name));
    focus.group.after.forEach((layer) => {
      // A pooling makes no new values, so that both pictures can be compared.
      if (!Model.isPooling(layer)) {
        scale = Colours.scaleOf(Shown.stages.get(layer.name));
      }
      showMap(layer, focus, selection, scale);
    });
    tables.forEach((one) => one.refresh());
  }

  function showMap(layer, focus, selection, scale) {
    const figure = figures.get(layer);
    const [, height, width] = layer.output_shape;
    figure.title(`${layer.name}, map ${selection.filter}: ${layer.origin.split(";")[0]}`);
    figure.mosaic.name(`${layer.name}, map ${selection.filter}`);
    figure.mosaic.lay({ tiles: 1, height, width, most: layer.window ? 16 : 9 });
    figure.mosaic.paint({
      values: Shown.stages.get(layer.name),
      offset: selection.filter * height * width,
      strides: [0, width, 1],
      scale,
    });
    figure.mosaic.mark(marksOf(layer, focus));
    const at = focus.places.get(layer.name);
    figure.reading(at ? reading(layer, selection.filter, at) : "no window reads this place");
    figure.legend(Colours.legend(scale));
  }

  function marksOf(layer, focus) {
    const marks = [];
    const at = focus.places.get(layer.name);
    if (at) {
      marks.push({ ...Geometry.single(...at), strength: "strong" });
    }
    const shared = focus.shared.get(layer.name);
    if (shared) {
      marks.push({ ...shared, strength: "weak" });
    }
    const next = focus.group.after[focus.group.after.indexOf(layer) + 1];
    const above = next && next.window && focus.places.get(next.name);
    if (above) {
      marks.push({ ...Geometry.windowBox(next, ...above), strength: "weak" });
    }
    return marks;
  }

  function reading(layer, channel, at) {
    const after = Numbers.exact(Model.at(layer.name, channel, ...at));
    if (!Model.isPooling(layer)) {
      const before = Numbers.exact(Model.at(layer.input, channel, ...at));
      return `${Numbers.place(at)}: ${before} becomes ${after}`;
    }
    const { reads, values, winner, tied } = Pooling.of(layer, channel, ...at);
    if (winner === null) {
      return `${Numbers.place(at)}: the mean of ${values.length} values is ${after}`;
    }
    const from = Numbers.place([reads[winner].row, reads[winner].column]);
    const how = tied > 1 ? `tie of ${tied}, the first wins: ${from}` : `${from} wins`;
    return `${Numbers.place(at)}: ${how} with ${after}`;
  }

  function table(layer) {
    const { filter } = Selection.current;
    return Figures.mapTable(
      `${layer.name}, map ${filter}`,
      layer.output_shape[1],
      layer.output_shape[2],
      (row, column) => Model.at(layer.name, filter, row, column),
      Focus.of(Selection.current).places.get(layer.name),
    );
  }

  return Object.freeze({ build, show });
})();
