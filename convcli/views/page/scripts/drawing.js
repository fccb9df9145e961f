"use strict";

// Drawing: what is drawn on the pad is prepared as MNIST's images were and goes through the whole
// network, in the page.
//
//   Drawing.begin(page)   once, when the engine's image is shown
//   Drawing.focus()       puts the keyboard on the pad
//
// While the pen moves, the network follows it if it is quick enough, else when the pen is lifted.
const Drawing = (() => {
  const COMPUTED = "computed in this page";
  const QUICK_MS = 300;
  const byId = Elements.byId;
  let page = null;
  let pad = null;
  let isBusy = false;
  let isLifted = true;
  let isQuick = true;
  let isStale = false;

  function begin(loaded) {
    page = loaded;
    if (!page.drawing) {
      return;
    }
    pad = Pad.make(byId("pad"), page.drawing, changed);
    const actions = { "pad-undo": pad.undo, "pad-clear": pad.clear, "pad-back": Shown.restore };
    for (const [id, action] of Object.entries(actions)) {
      byId(id).addEventListener("click", action);
    }
    // The pad has moved its pen before, for its own listener was first.
    byId("pad").addEventListener("keydown", showPen);
    byId("pad").addEventListener("focus", showPen);
    Shown.listen(showState);
    showState();
  }

  function focus() {
    byId("pad")?.focus();
  }

  function changed(isDone) {
    isStale = true;
    isLifted = isDone;
    advance();
  }

  // One computation at a time. It is over when the panels have drawn what came out, which they do in
  // the frame after it.
  function advance() {
    if (!isBusy && isStale && (isQuick || isLifted)) {
      isBusy = true;
      requestAnimationFrame((start) => {
        isStale = false;
        compute();
        requestAnimationFrame(() => {
          isQuick = performance.now() - start < QUICK_MS;
          isBusy = false;
          advance();
        });
      });
    }
    byId("drawing").setAttribute("aria-busy", isBusy || isStale);
  }

  function compute() {
    if (pad.isEmpty) {
      showStages([]);
      Shown.restore();
      return;
    }
    try {
      const stages = prepared();
      showStages(stages);
      const values = Contract.values(page.input, stages.at(-1).pixels.values);
      Shown.replace(Network.forward(page.layers, values), COMPUTED);
    } catch (error) {
      if (!(error instanceof PictureError)) {
        throw error;
      }
      showStages([]);
      Shown.restore();
      say(`Nothing to read yet: ${error.message}.`);
    }
  }

  function prepared() {
    const { digit } = page.drawing;
    return digit
      ? Preparation.prepare(pad.read(), digit)
      : Fitting.fit(pad.read(), page.input.height, page.input.width);
  }

  function showStages(stages) {
    byId("pad-stages").replaceChildren(...stages.map(stageElement));
  }

  function stageElement({ name, description, pixels }) {
    const canvas = Elements.make("canvas", { "aria-hidden": "true" });
    const { height, width, values } = pixels;
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    values.forEach((value, place) => {
      image.data.fill(value, 4 * place, 4 * place + 3);
      image.data[4 * place + 3] = 255;
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
    const text = Elements.make("span", {}, Elements.make("b", {}, name), description);
    return Elements.make("li", {}, canvas, text);
  }

  function showState() {
    byId("pad-back").disabled = Shown.isEngine;
    byId("pad-undo").disabled = pad.isEmpty;
    byId("pad-clear").disabled = pad.isEmpty;
    byId("drawing").classList.toggle("is-shown", !Shown.isEngine);
    say(Shown.isEngine ? "The page shows the engine's image." : reading());
  }

  function reading() {
    if (Model.scores === null) {
      return `The panels show what was ${COMPUTED}.`;
    }
    const probabilities = Network.softmax(Shown.stages.get(Model.scores));
    const place = probabilities.indexOf(Math.max(...probabilities));
    const rounded = Numbers.general(probabilities[place], 6);
    // Rounding must not make a certainty of it.
    const probability = rounded === "1" ? "more than 0.999999" : rounded;
    const name = Model.className(place);
    return `The network reads a ${name}, with a probability of ${probability}; ${COMPUTED}.`;
  }

  function say(text) {
    byId("pad-reading").textContent = text;
  }

  function showPen() {
    const { x, y, isDown } = pad.pen;
    const mark = byId("pad-pen");
    mark.style.left = `${(100 * x) / page.drawing.width}%`;
    mark.style.top = `${(100 * y) / page.drawing.height}%`;
    mark.classList.toggle("is-down", isDown);
  }

  return Object.freeze({ begin, focus });
})();
