"use strict";

// Data: what the page knows, read once from the element "page-data".
//
//   const page = await Data.load();
//
// gives the JSON with every packed array replaced by { shape, values }, where values is a
// Uint8Array, Float32Array or Float64Array with exactly the numbers of the engine:
//   page.layers[i].arrays.weights.values     a layer's own parameters
//   page.stages.conv1.values                 what the engine made, without the axis of images
//   page.image.pixels.values                 the bytes of the image, (channels, height, width)
const Data = (() => {
  const TYPES = { uint8: Uint8Array, float32: Float32Array, float64: Float64Array };

  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place += 1) {
      bytes[place] = text.charCodeAt(place);
    }
    return bytes;
  }

  function isPacked(value) {
    return typeof value.data === "string" && Array.isArray(value.shape) && value.type in TYPES;
  }

  async function unpack(packed) {
    const stream = new Blob([bytesOf(packed.data)])
      .stream()
      .pipeThrough(new DecompressionStream("deflate"));
    const buffer = await new Response(stream).arrayBuffer();
    return { shape: packed.shape, values: new TYPES[packed.type](buffer) };
  }

  async function unpackAll(value) {
    if (value === null || typeof value !== "object") {
      return value;
    }
    if (isPacked(value)) {
      return unpack(value);
    }
    if (Array.isArray(value)) {
      return Promise.all(value.map(unpackAll));
    }
    const entries = await Promise.all(
      Object.entries(value).map(async ([name, part]) => [name, await unpackAll(part)]),
    );
    return Object.fromEntries(entries);
  }

  let loaded = null;

  // The same promise for everybody who asks.
  function load() {
    loaded ??= unpackAll(JSON.parse(document.getElementById("page-data").textContent));
    return loaded;
  }

  return Object.freeze({ load });
})();
