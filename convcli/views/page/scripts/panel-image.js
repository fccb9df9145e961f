"use strict";

// PanelImage: the image, what comes into the chosen convolution, and the pixels behind a number.
const PanelImage = (() => {
  let [image, maps, strip, numbers] = [null, null, null, null];

  function build(host) {
    image = Figures.make({
      title: "the image",
      label: `The image: ${Model.page.image.title}`,
      choose: (_, row, column) => choosePixel("input", row, column),
      move: (down, across) => movePixel("input", down, across),
    });
    maps = Figures.make({
      title: "what comes in",
      choose: (_, row, column) => choosePixel(null, row, column),
      move: (down, across) => movePixel(null, down, across),
    });
    strip = Figures.make({
      title: "its channels",
      hint: "Arrow keys choose a channel.",
      choose: (tile) => chooseChannel(tile),
      move: (down, across) => moveChannel(down, across),
      size: "small",
    });
    numbers = Figures.onDemand("Numbers as a table", table);
    host.append(image.element, strip.element, maps.element, numbers.element);
  }

  // Whether the convolution reads the image itself, in one channel, so that one picture is enough.
  function isPlain(layer) {
    return layer.input === "input" && layer.input_shape[0] === 1;
  }

  function source() {
    const { layer } = Selection.current;
    return layer === null ? null : Model.layer(layer);
  }

  function choosePixel(stage, row, column) {
    const layer = source();
    if (layer === null || (stage === "input" && !isPlain(layer))) {
      return null;
    }
    const focus = Focus.of(Selection.pinned);
    const current = { row: focus.output[0], column: focus.output[1] };
    const found = Geometry.outputFor(layer, row, column, current);
    if (found === null) {
      return null;
    }
    const cell = (focus.channel * layer.window.height + found.y) * layer.window.width + found.x;
    return { stage: "pixel", row: found.row, column: found.column, cell };
  }

  function movePixel(stage, down, across) {
    const focus = Focus.of(Selection.current);
    if (focus === null) {
      return null;
    }
    return choosePixel(stage, focus.pixel.row + down, focus.pixel.column + across);
  }

  function chooseChannel(tile) {
    const focus = Focus.of(Selection.pinned);
    const cell = tile * focus.group.area + (Selection.pinned.cell % focus.group.area);
    return { stage: "pixel", row: focus.output[0], column: focus.output[1], cell };
  }

  function moveChannel(down, across) {
    const { channel, layer } = Focus.of(Selection.current);
    const channels = layer.input_shape[0];
    const step = across + down * Mosaic.acrossFor(channels);
    return chooseChannel(Figures.stepped(channel, step, channels));
  }

  function show(selection) {
    const focus = Focus.of(selection);
    const isAlone = focus === null || isPlain(focus.layer);
    maps.element.hidden = isAlone;
    strip.element.hidden = isAlone;
    numbers.element.hidden = focus === null;
    showImage(focus, isAlone);
    if (!isAlone) {
      showStrip(focus);
      showMaps(focus);
    }
    numbers.refresh();
  }

  function showImage(focus, isAlone) {
    const [channels, height, width] = Model.shape("input");
    const margin = isAlone && focus !== null ? marginOf(focus.layer) : undefined;
    image.mosaic.lay({ tiles: 1, height, width, most: isAlone ? 14 : 6, margin });
    const { pixels } = Model.page.image;
    if (channels === 3 && Shown.isEngine && pixels !== null) {
      image.mosaic.paintColours(pixels.values);
      image.legend("the image in its own colours");
    } else {
      const values = bytesOrValues().subarray(0, height * width);
      const scale = valuesAreBytes() ? { high: 255, diverging: false } : Colours.scaleOf(values);
      image.mosaic.paint({ values, offset: 0, strides: [0, width, 1], scale });
      image.legend(Colours.legend(scale));
    }
    image.mosaic.mark(focus === null ? [] : imageMarks(focus, isAlone));
    image.reading(isAlone && focus !== null ? pixelText(focus) : fieldText(focus));
  }

  function marginOf(layer) {
    return layer.window.pads;
  }

  function valuesAreBytes() {
    return Shown.isEngine && Model.page.image.pixels !== null;
  }

  function bytesOrValues() {
    return valuesAreBytes() ? Model.page.image.pixels.values : Shown.stages.get("input");
  }

  function imageMarks(focus, isAlone) {
    const weak = { ...(isAlone ? focus.reads : hull(focus.field)), strength: "weak" };
    return isAlone ? [weak, pixelMark(focus)] : [weak];
  }

  // The box around a field.
  function hull({ rows, columns }) {
    const [top, left] = [rows[0] ?? 0, columns[0] ?? 0];
    return {
      top,
      left,
      height: (rows.at(-1) ?? -1) + 1 - top,
      width: (columns.at(-1) ?? -1) + 1 - left,
    };
  }

  function pixelMark(focus) {
    return { ...Geometry.single(focus.pixel.row, focus.pixel.column), strength: "strong" };
  }

  function pixelText(focus) {
    const { pixel, channel, layer, value } = focus;
    const place = Numbers.place([pixel.row, pixel.column]);
    if (pixel.isPadding) {
      return `${place} is padding: 0`;
    }
    const { pixels } = Model.page.image;
    if (layer.input !== "input" || !valuesAreBytes()) {
      return `${layer.input}, channel ${channel}, ${place}: ${Numbers.exact(value)}`;
    }
    const [, height, width] = Model.shape("input");
    const byte = pixels.values[(channel * height + pixel.row) * width + pixel.column];
    return `pixel ${place}: byte ${byte}, which goes in as ${Numbers.exact(value)}`;
  }

  function fieldText(focus) {
    if (focus === null) {
      return "";
    }
    return `behind it: ${Sentences.field(focus.field)}`;
  }

  function showStrip(focus) {
    const { layer, channel } = focus;
    const [channels, height, width] = layer.input_shape;
    const values = Shown.stages.get(layer.input);
    strip.title(`${layer.input}: ${Numbers.counted(channels, "channel")}`);
    strip.mosaic.lay({
      tiles: channels, height, width, across: Mosaic.acrossFor(channels), gap: 1, most: 2,
    });
    const scale = Colours.scaleOf(values);
    strip.mosaic.paint({ values, offset: 0, strides: [height * width, width, 1], scale });
    strip.mosaic.mark([{ tile: channel, top: 0, left: 0, height, width, strength: "strong" }]);
    strip.mosaic.name(`The channels of ${layer.input}; chosen is ${channel}`);
  }

  function showMaps(focus) {
    const { layer, channel } = focus;
    const [, height, width] = layer.input_shape;
    const values = Shown.stages.get(layer.input);
    maps.title(`${layer.input}, channel ${channel}: what ${layer.name} reads`);
    maps.mosaic.name(`${layer.input}, channel ${channel}`);
    maps.mosaic.lay({ tiles: 1, height, width, most: 14, margin: marginOf(layer) });
    const scale = Colours.scaleOf(values);
    const offset = channel * height * width;
    maps.mosaic.paint({ values, offset, strides: [0, width, 1], scale });
    maps.mosaic.mark([{ ...focus.reads, strength: "weak" }, pixelMark(focus)]);
    maps.reading(pixelText(focus));
    maps.legend(Colours.legend(scale));
  }

  function table() {
    const { layer, channel, pixel } = Focus.of(Selection.current);
    const [, height, width] = layer.input_shape;
    return Figures.mapTable(
      `${layer.input}, channel ${channel}: ${height} rows, ${width} columns`,
      height,
      width,
      (row, column) => Model.at(layer.input, channel, row, column),
      [pixel.row, pixel.column],
    );
  }

  return Object.freeze({ build, show, pixelText });
})();
