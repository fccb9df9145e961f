"use strict";

// SelfTest: the network of this page on the engine's own input, against the engine's numbers.
//
//   SelfTest.run(page)     { name, difference, count } of the stage that differs most; difference is
//                          a share of the largest number of that stage, count is how many layers
//                          could be computed: up to the first whose weights are not in the page
//   SelfTest.begin(page)   runs it and writes the outcome into the page
const SelfTest = (() => {
  const MOST = 1e-5;

  function run(page) {
    const layers = Network.computable(page.layers);
    const computed = Network.forward(layers, page.stages.input.values);
    const stages = layers.map(({ name }) => ({
      name,
      difference: differenceOf(computed.get(name), page.stages[name].values),
      count: layers.length,
    }));
    return stages.reduce((worst, stage) => (stage.difference > worst.difference ? stage : worst));
  }

  function differenceOf(computed, engine) {
    let [most, scale] = [0, 0];
    engine.forEach((value, place) => {
      most = Math.max(most, Math.abs(value - computed[place]));
      scale = Math.max(scale, Math.abs(value));
    });
    return scale === 0 ? most : most / scale;
  }

  function begin(page) {
    Elements.byId("self-test").textContent = sentence(page, run(page));
  }

  function sentence(page, { name, difference, count }) {
    const all = page.layers.length;
    const layers = count === all ? `all ${all} layers` : `the first ${count} of ${all} layers`;
    const share = Numbers.general(difference, 2);
    const verdict = difference <= MOST ? "as it should be" : `more than ${MOST}: do not trust it`;
    return (
      `Self-test: this page computed ${layers} on the engine's input. The largest difference to ` +
      `the engine's numbers is ${share} of a stage's largest number (${name}), ${verdict}.`
    );
  }

  return Object.freeze({ run, begin });
})();
