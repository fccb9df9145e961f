"use strict";

// LayerStrip: every stage of the network in a row, each with a small picture; a link chooses it.
const LayerStrip = (() => {
  const MOST_TILES = 36;
  const MOST_UNITS = 1024;
  const entries = [];

  function build(host) {
    const list = Elements.make("ol", {});
    ["input", ...Model.layers.map((layer) => layer.name)].forEach((stage) => {
      const entry = entryOf(stage);
      entries.push(entry);
      list.append(entry.element);
    });
    host.append(list);
    paint();
    Shown.listen(paint);
  }

  function entryOf(stage) {
    const { make } = Elements;
    const canvas = make("canvas", { "aria-hidden": "true" });
    const layer = Model.layer(stage);
    const target = targetOf(stage);
    const parts = [
      canvas,
      make("strong", {}, stage),
      make("span", {}, layer ? layer.kind : "what goes in"),
      make("span", { class: "shape" }, Model.shape(stage).join("x")),
    ];
    const inside = target
      ? make("a", { href: target.href, title: layer ? layer.origin : "" }, ...parts)
      : make("div", {}, ...parts);
    return { stage, canvas, inside, layer: target?.layer, element: make("li", {}, inside) };
  }

  // The part of an address that shows a stage; null for one that has no panel of its own.
  function targetOf(stage) {
    const layer = Model.layer(stage);
    if (layer === undefined) {
      return Model.groups.length
        ? { href: `#layer=${Model.groups[0].layer.name}&stage=pixel`, layer: null }
        : null;
    }
    if (layer.output_shape.length === 1) {
      return layer.kind === "flatten" ? null : { href: `#stage=${stage}&unit=0`, layer: null };
    }
    const group = Model.groupOf(stage);
    return group && { href: `#layer=${group.layer.name}&stage=${stage}`, layer: group.layer.name };
  }

  function paint() {
    entries.forEach(({ stage, canvas }) => {
      const shape = Model.shape(stage);
      const values = Shown.stages.get(stage);
      const [tiles, height, width] = shape.length === 1 ? [1, ...folded(shape[0])] : shape;
      const shown = Math.min(tiles, MOST_TILES);
      const across = Math.ceil(Math.sqrt(shown));
      canvas.width = across * (width + 1) - 1;
      canvas.height = Math.ceil(shown / across) * (height + 1) - 1;
      const context = canvas.getContext("2d");
      const image = context.createImageData(canvas.width, canvas.height);
      const scale = Colours.scaleOf(values);
      for (let place = 0; place < Math.min(values.length, shown * height * width); place += 1) {
        const tile = Math.floor(place / (height * width));
        const row = Math.floor(place / width) % height;
        const y = Math.floor(tile / across) * (height + 1) + row;
        const x = (tile % across) * (width + 1) + (place % width);
        Colours.write(values[place], scale, image.data, 4 * (y * canvas.width + x));
      }
      context.putImageData(image, 0, 0);
    });
  }

  // Rows and columns that hold so many units.
  function folded(count) {
    const columns = Math.ceil(Math.sqrt(Math.min(count, MOST_UNITS)));
    return [Math.ceil(Math.min(count, MOST_UNITS) / columns), columns];
  }

  function show(selection) {
    entries.forEach(({ stage, inside, layer }) => {
      const isChosen = stage === selection.stage || (layer && stage === selection.layer);
      if (isChosen) {
        inside.setAttribute("aria-current", "true");
      } else {
        inside.removeAttribute("aria-current");
      }
    });
  }

  return Object.freeze({ build, show });
})();
