"use strict";

// Data: what the page knows, read once from the element "page-data".
//
//   const page = await Data.begin();   what the first picture needs: the large weights of affine
//                                      layers are not there yet
//   await Data.load();                 the same page, with everything
//
// It is the JSON with every packed array replaced by { shape, values }, where values is a
// Uint8Array, Float32Array or Float64Array with exactly the numbers of the engine:
//   page.layers[i].arrays.weights.values     a layer's own parameters
//   page.stages.conv1.values                 what the engine made, without the axis of images
//   page.image.pixels.values                 the bytes of the image, (channels, height, width)
const Data = (() => {
  const LARGE = 2 ** 17; // Characters.
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

  // The page without its large arrays, and these: [layer's number, packed weights].
  async function unpackFirst() {
    const packed = JSON.parse(document.getElementById("page-data").textContent);
    const later = [];
    // The page of an animation has no layers.
    (packed.layers ?? []).forEach(({ kind, arrays }, number) => {
      if (kind === "affine" && arrays.weights?.data.length > LARGE) {
        later.push([number, arrays.weights]);
        delete arrays.weights;
      }
    });
    return { page: await unpackAll(packed), later };
  }

  async function unpackRest() {
    const { page, later } = await first();
    await Promise.all(
      later.map(async ([number, weights]) => {
        page.layers[number].arrays.weights = await unpack(weights);
      }),
    );
    return page;
  }

  let begun = null;
  let loaded = null;

  // The same promises for everybody who asks.
  function first() {
    begun ??= unpackFirst();
    return begun;
  }

  function load() {
    loaded ??= unpackRest();
    return loaded;
  }

  return Object.freeze({ begin: async () => (await first()).page, load });
})();
