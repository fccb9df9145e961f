"use strict";

// Slide: the filter slides over the image, output after output. Where motion is to be reduced, each
// press of the key is one step.
const Slide = (() => {
  const STEP = 120; // Milliseconds.
  let timer = null;

  function toggle() {
    if (timer !== null) {
      stop();
    } else if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      step();
      Selection.pin();
    } else {
      timer = setInterval(step, STEP);
    }
    tell();
  }

  function stop() {
    if (timer !== null) {
      clearInterval(timer);
      timer = null;
      Selection.pin();
      tell();
    }
  }

  function step() {
    const focus = Focus.of(Selection.current);
    if (focus === null) {
      stop();
      return;
    }
    const next = (focus.position + 1) % focus.group.places;
    const columns = focus.layer.output_shape[2];
    Selection.point({
      stage: focus.layer.name,
      row: Math.floor(next / columns),
      column: next % columns,
    });
  }

  function tell() {
    const button = Elements.byId("slide");
    button.textContent = timer === null ? "Slide the filter" : "Stop";
    button.setAttribute("aria-pressed", String(timer !== null));
  }

  return Object.freeze({
    toggle,
    stop,
    get isRunning() {
      return timer !== null;
    },
  });
})();
