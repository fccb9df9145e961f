"use strict";

// Shown: the numbers that the panels show, kept in one place.
//
//   Shown.begin(page)               the engine's own, from Data.load(); main.js does this
//   Shown.stages                    Map: name of a stage -> its values, in the shape of that stage
//   Shown.source                    "engine", or "computed in this page"
//   Shown.replace(stages, source)   other numbers for every stage, such as those of a drawing
//   Shown.restore()                 the engine's own again
//   Shown.listen(f)                 f() is called after each of the last two
const Shown = (() => {
  const ENGINE = "engine";
  const listeners = [];
  let own = new Map();
  let stages = own;
  let source = ENGINE;

  function begin(page) {
    own = new Map(Object.entries(page.stages).map(([name, stage]) => [name, stage.values]));
    stages = own;
  }

  function replace(others, from) {
    stages = others;
    source = from;
    listeners.forEach((listener) => listener());
  }

  return Object.freeze({
    get stages() {
      return stages;
    },
    get source() {
      return source;
    },
    get isEngine() {
      return source === ENGINE;
    },
    begin,
    replace,
    restore: () => replace(own, ENGINE),
    listen: (listener) => listeners.push(listener),
  });
})();
