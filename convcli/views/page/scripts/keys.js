"use strict";

// Keys: what each key does, wherever the reader is; arrows belong to the map that has the focus.
// Drawing adds its own key with Keys.add("d", action).
const Keys = (() => {
  const actions = new Map();
  const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select";

  function build() {
    add("[", () => stepFilter(-1));
    add("]", () => stepFilter(1));
    add(" ", () => Slide.toggle());
    add("p", () => Selection.pin());
    add("?", toggleHelp);
    document.addEventListener("keydown", press);
    Elements.byId("slide").addEventListener("click", () => Slide.toggle());
    Elements.byId("help-button").addEventListener("click", toggleHelp);
    Elements.byId("help-close").addEventListener("click", toggleHelp);
  }

  function add(key, action) {
    actions.set(key, action);
  }

  function press(event) {
    const isOurs = !event.ctrlKey && !event.altKey && !event.metaKey && !event.defaultPrevented;
    const { target } = event;
    if (!isOurs || !actions.has(event.key) || target.matches(TYPING)) {
      return;
    }
    // The space bar presses a button and opens a summary.
    if (event.key === " " && target.matches("button, summary, a, input")) {
      return;
    }
    event.preventDefault();
    actions.get(event.key)();
  }

  function stepFilter(step) {
    const { layer, filter } = Selection.current;
    if (layer !== null) {
      const [filters] = Model.layer(layer).output_shape;
      Selection.pin({ filter: (filter + step + filters) % filters });
    }
  }

  function toggleHelp() {
    const help = Elements.byId("help");
    if (help.open) {
      help.close();
    } else {
      help.showModal();
    }
  }

  return Object.freeze({ build, add });
})();
