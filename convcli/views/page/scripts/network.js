"use strict";

// Network: the whole network, computed in the page.
//
//   Network.forward(layers, input)   Map: "input" and the name of each layer -> its values, in order
//   Network.computable(layers)       the layers up to the first whose weights are not in the page
//   Network.softmax(scores)          the scores as probabilities
//
// Layers are those of Data, input and results are arrays of one image. Every sum is in float64 and
// every stage is kept as float32, so that a stage differs from the engine's by rounding alone.
const Network = (() => {
  const size = (shape) => shape.reduce((product, length) => product * length, 1);

  function forward(layers, input) {
    const stages = new Map([["input", input]]);
    let values = input;
    for (const layer of layers) {
      const compute = KINDS[layer.kind];
      if (!compute) {
        throw new Error(`${layer.name}: no layer of the kind "${layer.kind}" is known`);
      }
      values = compute(values, layer);
      stages.set(layer.name, values);
    }
    return stages;
  }

  function computable(layers) {
    const missing = layers.findIndex(({ kind, arrays }) => WEIGHTED.has(kind) && !arrays.weights);
    return missing < 0 ? layers : layers.slice(0, missing);
  }

  // The way of the 25 slices: for each cell of the filter, one slice of the image, times its weight,
  // is added to all outputs at once.
  function convolve(values, layer) {
    const [filters, rows, columns] = layer.output_shape;
    const { height, width, strides } = layer.window;
    const weights = layer.arrays.weights.values;
    const image = padded(values, layer);
    const output = new Float32Array(filters * rows * columns);
    const sums = new Float64Array(rows * columns);
    for (let filter = 0, cell = 0; filter < filters; filter += 1) {
      sums.fill(0);
      for (let channel = 0; channel < image.channels; channel += 1) {
        for (let y = 0; y < height; y += 1) {
          for (let x = 0; x < width; x += 1, cell += 1) {
            const corner = (channel * image.height + y) * image.width + x;
            addSlice(sums, columns, image, corner, strides, weights[cell]);
          }
        }
      }
      const bias = layer.arrays.bias ? layer.arrays.bias.values[filter] : 0;
      for (let place = 0; place < sums.length; place += 1) {
        output[filter * sums.length + place] = sums[place] + bias;
      }
    }
    return output;
  }

  function addSlice(sums, columns, { values, width }, corner, [down, across], weight) {
    for (let place = 0, start = corner; place < sums.length; start += down * width) {
      const end = place + columns;
      for (let pixel = start; place < end; pixel += across, place += 1) {
        sums[place] += weight * values[pixel];
      }
    }
  }

  // The image with zeros around it.
  function padded(values, layer) {
    const [channels, height, width] = layer.input_shape;
    const [top, bottom, left, right] = layer.window.pads;
    if (top + bottom + left + right === 0) {
      return { channels, height, width, values };
    }
    const wide = { channels, height: top + height + bottom, width: left + width + right };
    const around = new Float32Array(channels * wide.height * wide.width);
    for (let line = 0; line < channels * height; line += 1) {
      const channel = Math.floor(line / height);
      const row = channel * wide.height + top + (line % height);
      around.set(values.subarray(line * width, (line + 1) * width), row * wide.width + left);
    }
    return { ...wide, values: around };
  }

  function affine(values, layer) {
    const [outputs] = layer.output_shape;
    const weights = layer.arrays.weights.values;
    const sums = new Float64Array(outputs);
    for (let feature = 0, cell = 0; feature < values.length; feature += 1) {
      const value = values[feature];
      for (let output = 0; output < outputs; output += 1, cell += 1) {
        sums[output] += value * weights[cell];
      }
    }
    const { bias } = layer.arrays;
    return Float32Array.from(sums, (sum, output) => (bias ? sum + bias.values[output] : sum));
  }

  function flatten(values, layer) {
    if (!layer.options.channels_last || layer.input_shape.length !== 3) {
      return values;
    }
    const [channels, height, width] = layer.input_shape;
    const places = height * width;
    return Float32Array.from(
      values,
      (_, index) => values[(index % channels) * places + Math.floor(index / channels)],
    );
  }

  // Padding never wins: the window is cut at the edge of the image.
  function maxPool(values, layer) {
    return pool(values, layer, (window) => {
      let largest = -Infinity;
      window.each((value) => {
        largest = Math.max(largest, value);
      });
      return largest;
    });
  }

  // Padding is zero and may count; what a window rounded up sees beyond the padding never does.
  function averagePool(values, layer) {
    return pool(values, layer, (window) => {
      let sum = 0;
      window.each((value) => {
        sum += value;
      });
      return sum / (layer.options.count_include_pad ? window.withPad : window.pixels);
    });
  }

  function pool(values, layer, summarize) {
    const [channels, height, width] = layer.input_shape;
    const [, rows, columns] = layer.output_shape;
    const { window } = layer;
    const [top, bottom, left, right] = window.pads;
    const vertical = spans(rows, window.height, window.strides[0], height, top, bottom);
    const horizontal = spans(columns, window.width, window.strides[1], width, left, right);
    const output = new Float32Array(channels * rows * columns);
    let place = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      for (const down of vertical) {
        for (const across of horizontal) {
          output[place] = summarize({
            pixels: (down.stop - down.start) * (across.stop - across.start),
            withPad: down.withPad * across.withPad,
            each: (visit) => {
              for (let row = down.start; row < down.stop; row += 1) {
                const line = (channel * height + row) * width;
                for (let column = across.start; column < across.stop; column += 1) {
                  visit(values[line + column]);
                }
              }
            },
          });
          place += 1;
        }
      }
    }
    return output;
  }

  // For each place of a window along one axis: which pixels it sees, and how many with padding.
  function spans(places, length, stride, pixels, before, after) {
    return Array.from({ length: places }, (_, place) => {
      const start = place * stride - before;
      return {
        start: Math.max(0, start),
        stop: Math.min(pixels, start + length),
        withPad: Math.min(pixels + after, start + length) - start,
      };
    });
  }

  function globalAveragePool(values, layer) {
    const [channels, height, width] = layer.input_shape;
    const places = height * width;
    const means = new Float32Array(channels);
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = 0;
      for (let place = 0; place < places; place += 1) {
        sum += values[channel * places + place];
      }
      means[channel] = sum / places;
    }
    return means;
  }

  function batchNormalize(values, layer) {
    const { scale, shift, mean, variance } = layer.arrays;
    const places = size(layer.input_shape) / layer.input_shape[0];
    return values.map((value, index) => {
      const channel = Math.floor(index / places);
      const deviation = Math.sqrt(variance.values[channel] + layer.options.epsilon);
      const normalized = (value - mean.values[channel]) / deviation;
      return scale.values[channel] * normalized + shift.values[channel];
    });
  }

  // The book's dropout makes up for what was missing in training when the network predicts.
  function dropout(values, layer) {
    const { rate, scales_prediction: scales } = layer.options;
    return scales ? values.map((value) => value * (1 - rate)) : values;
  }

  const each = (change) => (values, layer) => values.map((value) => change(value, layer.options));

  // Over the channels; feature maps have a softmax at each of their places.
  function softmaxOver(values, layer, finish) {
    const [classes] = layer.input_shape;
    const places = values.length / classes;
    const output = new Float32Array(values.length);
    for (let place = 0; place < places; place += 1) {
      const scores = values.filter((_, index) => index % places === place);
      const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
      let total = 0;
      for (const score of scores) {
        total += Math.exp(score - largest);
      }
      scores.forEach((score, index) => {
        output[index * places + place] = finish(score - largest, total);
      });
    }
    return output;
  }

  const asProbability = (shifted, total) => Math.exp(shifted) / total;
  const asLogarithm = (shifted, total) => shifted - Math.log(total);

  const softmax = (scores) =>
    softmaxOver(scores, { input_shape: [scores.length] }, asProbability);

  const WEIGHTED = new Set(["convolution", "affine"]);

  const KINDS = {
    convolution: convolve,
    affine,
    flatten,
    "max pooling": maxPool,
    "average pooling": averagePool,
    "global average pooling": globalAveragePool,
    "batch normalization": batchNormalize,
    dropout,
    ReLU: each((value) => Math.max(value, 0)),
    "leaky ReLU": each((value, { slope }) => (value > 0 ? value : slope * value)),
    sigmoid: each((value) => 1 / (1 + Math.exp(-value))),
    tanh: each((value) => Math.tanh(value)),
    softmax: (values, layer) => softmaxOver(values, layer, asProbability),
    "log-softmax": (values, layer) => softmaxOver(values, layer, asLogarithm),
  };

  return Object.freeze({ forward, computable, softmax });
})();
