"use strict";

// Model: the network of this page as the panels ask for it.
//
//   Model.begin(page)           once
//   Model.page                  what Data.load() gave
//   Model.layers                its layers, in order
//   Model.layer(name)           one of them
//   Model.group(name)           a convolution with what follows it up to the next layer with weights:
//                               { layer, after: [layers], area, places }
//   Model.rows                  the layers that give out one row of numbers
//   Model.scores                name of the stage that holds the scores, or null
//   Model.shape(stage)          (channels, height, width) or (numbers,)
//   Model.at(stage, c, y, x)    a number that is shown now
//   Model.value(stage, n)       the same of a row of numbers
const Model = (() => {
  const CONVOLUTION = "convolution";
  const POOLINGS = ["max pooling", "average pooling", "global average pooling"];
  const PROBABILITIES = ["softmax", "log-softmax"];
  let page = null;
  let layers = [];
  const byName = new Map();
  const groups = new Map();

  function begin(loaded) {
    page = loaded;
    layers = page.layers;
    layers.forEach((layer) => byName.set(layer.name, layer));
    layers.forEach((layer, number) => {
      if (layer.kind === CONVOLUTION) {
        groups.set(layer.name, groupFrom(layer, layers.slice(number + 1)));
      }
    });
  }

  function groupFrom(layer, following) {
    const end = following.findIndex(
      (next) => next.kind === CONVOLUTION || next.output_shape.length !== 3,
    );
    const after = end < 0 ? following : following.slice(0, end);
    const area = layer.window.height * layer.window.width;
    const places = layer.output_shape[1] * layer.output_shape[2];
    return { layer, after, area, places, terms: layer.input_shape[0] * area };
  }

  function shape(stage) {
    return stage === "input" ? page.stages.input.shape : byName.get(stage).output_shape;
  }

  function at(stage, channel, row, column) {
    const [, height, width] = shape(stage);
    return Shown.stages.get(stage)[(channel * height + row) * width + column];
  }

  function scoresStage() {
    const last = layers[layers.length - 1];
    if (last.output_shape.length !== 1) {
      return null;
    }
    return PROBABILITIES.includes(last.kind) ? last.input : last.name;
  }

  // The convolution whose group a stage with feature maps belongs to; null before the first one.
  function groupOf(stage) {
    for (const group of groups.values()) {
      if (group.layer.name === stage || group.after.some((layer) => layer.name === stage)) {
        return group;
      }
    }
    return null;
  }

  function className(number) {
    const { classes } = page.input;
    const [count] = shape(scoresStage());
    return classes.length === count ? classes[number] : String(number);
  }

  return Object.freeze({
    begin,
    get page() {
      return page;
    },
    get layers() {
      return layers;
    },
    get groups() {
      return [...groups.values()];
    },
    get rows() {
      return layers.filter((layer) => layer.output_shape.length === 1);
    },
    get scores() {
      return scoresStage();
    },
    layer: (name) => byName.get(name),
    group: (name) => groups.get(name),
    groupOf,
    shape,
    at,
    value: (stage, number) => Shown.stages.get(stage)[number],
    className,
    isPooling: (layer) => POOLINGS.includes(layer.kind),
  });
})();
