"use strict";

// Main: puts the page together when everything is there.
(async () => {
  const PANELS = [
    ["panel-image", PanelImage, () => true],
    ["panel-filters", PanelFilters, hasConvolution],
    ["panel-matrix", PanelMatrix, hasConvolution],
    ["panel-convolution", PanelConvolution, hasConvolution],
    ["panel-pooling", PanelPooling, hasConvolution],
    ["panel-scores", PanelScores, () => Model.rows.some((layer) => layer.kind !== "flatten")],
    ["ledger", PanelLedger, () => true],
  ];
  const QUIET = 250; // Milliseconds before what is selected is said aloud.
  let frame = null;
  let speaking = null;

  function hasConvolution() {
    return Model.groups.length > 0;
  }

  function draw() {
    frame = null;
    const { current } = Selection;
    LayerStrip.show(current);
    shown.forEach(([, panel]) => panel.show(current));
    Mosaic.flush();
    const { short } = Explained.of(current);
    Figures.write(Elements.byId("selected"), short);
    Elements.byId("back").hidden = Shown.isEngine;
    Figures.write(Elements.byId("source"), Shown.isEngine ? "the engine's numbers" : Shown.source);
    document.body.classList.toggle("pinned", current === Selection.pinned);
    if (current === Selection.pinned && !Slide.isRunning) {
      clearTimeout(speaking);
      speaking = setTimeout(() => Figures.write(Elements.byId("live"), short), QUIET);
    }
  }

  function drawSoon() {
    frame ??= requestAnimationFrame(draw);
  }

  const page = await Data.begin();
  Shown.begin(page);
  Model.begin(page);
  Colours.begin(page);
  const shown = PANELS.filter(([id, , isWanted]) => {
    Elements.byId(id).hidden = !isWanted();
    return isWanted();
  });
  Selection.listen(drawSoon);
  Shown.listen(drawSoon);
  LayerStrip.build(Elements.byId("layers"));
  shown.forEach(([id, panel]) => panel.build(Elements.byId(id)));
  Tour.build(Elements.byId("tour"));
  Keys.build();
  Elements.byId("back").addEventListener("click", Shown.restore);
  if (page.drawing) {
    Dock.build();
  }
  // What is hidden has no width, and a map needs to know its own.
  document.body.classList.add("ready");
  Selection.start(page.first);
  draw();
  // What the page computes by itself comes after its first picture.
  requestAnimationFrame(() => {
    setTimeout(async () => {
      await Data.load();
      Selection.tell();
      Drawing.begin(page);
      SelfTest.begin(page);
    });
  });
})();
