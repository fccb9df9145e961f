"use strict";

// Selection: the one place that is looked at, all over the page.
//
//   layer         name of the convolution whose panels are shown; null in a network without one
//   filter        which of its filters
//   row, column   of the explained stage where it is a map behind the convolution, else of the
//                 convolution's output; Focus says where that is in every other stage
//   cell          which column of the im2col matrix: a pixel under the window, and its weight
//   stage         which number is explained: "pixel", "weight", "matrix", or the name of a layer
//   unit          which number of a layer that gives out one row of them
//   slicing       how the im2col matrix is filled: "offset" or "position"
//
// What is pointed at is transient; what is pinned stays, and is in the address.
//
//   Selection.current             what is shown
//   Selection.point(changes)      transient; Selection.leave() ends it
//   Selection.pin(changes)        stays
//   Selection.listen(f)           f(current, isPinned) after each change
//   Selection.address(selection)  "#layer=conv1&filter=0..."
const Selection = (() => {
  const FIELDS = ["layer", "filter", "row", "column", "cell", "stage", "unit", "slicing"];
  const listeners = [];
  let pinned = null;
  let transient = null;

  function start(first) {
    pinned = within(first);
    readAddress();
    window.addEventListener("hashchange", readAddress);
  }

  function clamp(value, count) {
    const number = Math.trunc(Number(value));
    return Number.isFinite(number) ? Math.min(Math.max(number, 0), Math.max(count - 1, 0)) : 0;
  }

  function stageWithin(stage, group) {
    const layer = Model.layer(stage);
    if (layer && layer.output_shape.length === 1 && layer.kind !== "flatten") {
      return stage;
    }
    if (group === undefined) {
      return Model.rows.find((one) => one.kind === "affine")?.name ?? Model.layers[0].name;
    }
    const known = ["pixel", "weight", "matrix", ...group.after.map((one) => one.name)];
    return known.includes(stage) ? stage : group.layer.name;
  }

  // The same selection with every number inside of its range.
  function within(wanted) {
    const group = Model.group(wanted.layer) ?? Model.groups[0];
    const stage = stageWithin(wanted.stage, group);
    const chosen = Model.layer(stage);
    const isRow = chosen !== undefined && chosen.output_shape.length === 1;
    const maps = chosen === undefined || isRow ? group?.layer : chosen;
    const [filters, rows, columns] = maps ? maps.output_shape : [1, 1, 1];
    return Object.freeze({
      layer: group ? group.layer.name : null,
      filter: clamp(wanted.filter, filters),
      row: clamp(wanted.row, rows),
      column: clamp(wanted.column, columns),
      cell: clamp(wanted.cell, group ? group.terms : 1),
      stage,
      unit: clamp(wanted.unit, isRow ? chosen.output_shape[0] : 1),
      slicing: wanted.slicing === "position" ? "position" : "offset",
    });
  }

  function address(selection) {
    const fields = FIELDS.filter((name) => selection[name] !== null);
    return `#${fields.map((name) => `${name}=${encodeURIComponent(selection[name])}`).join("&")}`;
  }

  function readAddress() {
    const fields = new URLSearchParams(location.hash.slice(1));
    const wanted = { ...pinned };
    FIELDS.filter((name) => fields.has(name)).forEach((name) => {
      wanted[name] = fields.get(name);
    });
    pinned = within(wanted);
    transient = null;
    tell();
  }

  function current() {
    return transient ?? pinned;
  }

  function point(changes) {
    transient = within({ ...pinned, ...changes });
    tell();
  }

  function pin(changes = {}) {
    pinned = within({ ...current(), ...changes });
    transient = null;
    history.replaceState(null, "", address(pinned));
    tell();
  }

  function leave() {
    if (transient !== null) {
      transient = null;
      tell();
    }
  }

  function tell() {
    listeners.forEach((listener) => listener(current(), transient === null));
  }

  return Object.freeze({
    start,
    point,
    pin,
    leave,
    address,
    tell,
    listen: (listener) => listeners.push(listener),
    get current() {
      return current();
    },
    get pinned() {
      return pinned;
    },
  });
})();
