"use strict";

// Dock: where the pad to draw on stands. It lies above the page, so that the pad stays where it is
// while the panels change with each stroke.
const Dock = (() => {
  let dialog = null;

  function build() {
    dialog = Elements.byId("dock");
    Keys.add("d", open);
    Elements.byId("dock-open").addEventListener("click", open);
    Elements.byId("dock-close").addEventListener("click", close);
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        close();
      }
    });
  }

  function open() {
    if (!dialog.open) {
      dialog.show();
    }
    Drawing.focus();
  }

  function close() {
    dialog.close();
    Elements.byId("dock-open").focus();
  }

  return Object.freeze({ build });
})();
