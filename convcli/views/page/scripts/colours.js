"use strict";

// Colours: the palette of views/palette.py, whose tables are in the page's data. A scale is
// { high, diverging }; a diverging one is centred at zero.
const Colours = (() => {
  const scales = new WeakMap(); // Of arrays whose numbers stay what they are.
  let tables = null;

  function begin(page) {
    tables = {
      diverging: page.colours.diverging.values,
      sequential: page.colours.sequential.values,
    };
  }

  // The one scale of all these numbers: diverging as soon as one is negative.
  function scaleOf(values) {
    if (!scales.has(values)) {
      let [low, high] = [0, 0];
      for (const value of values) {
        if (value < low) {
          low = value;
        } else if (value > high) {
          high = value;
        }
      }
      scales.set(values, { high: Math.max(-low, high) || 1, diverging: low < 0 });
    }
    return scales.get(values);
  }

  // Writes red, green and blue of a value into an array of pixels.
  function write(value, scale, pixels, place) {
    const table = scale.diverging ? tables.diverging : tables.sequential;
    const share = scale.diverging ? (value / scale.high + 1) / 2 : value / scale.high;
    const entry = 3 * Math.round(share * (table.length / 3 - 1));
    pixels[place] = table[entry];
    pixels[place + 1] = table[entry + 1];
    pixels[place + 2] = table[entry + 2];
    pixels[place + 3] = 255;
  }

  function css(value, scale) {
    const pixel = [0, 0, 0, 0];
    write(value, scale, pixel, 0);
    return `rgb(${pixel.slice(0, 3).join(" ")})`;
  }

  function legend(scale) {
    const high = Numbers.general(scale.high, 3);
    return scale.diverging
      ? `orange negative, white zero, blue positive; -${high} … ${high}`
      : `black zero, white largest; 0 … ${high}`;
  }

  return Object.freeze({ begin, scaleOf, write, css, legend });
})();
