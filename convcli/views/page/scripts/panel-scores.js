"use strict";

// PanelScores: hidden units, scores, and the softmax with its numbers.
const PanelScores = (() => {
  const ACROSS = 25;
  const [figures, rows] = [new Map(), []];
  let [formula, place] = [null, null];

  function build(host) {
    const shown = Model.rows.filter((layer) => layer.kind !== "flatten");
    shown.forEach((layer) => figures.set(layer, figureOf(layer)));
    place = Elements.make("div", { class: "scroller", tabindex: "0", role: "group" });
    place.setAttribute("aria-label", "Scores and probabilities");
    formula = Elements.make("p", { class: "equation" });
    host.append(...[...figures.values()].map((figure) => figure.element));
    if (Model.scores !== null) {
      buildScores();
      host.append(formula, place);
    }
  }

  function figureOf(layer) {
    return Figures.make({
      title: layer.name,
      choose: (tile) => ({ stage: layer.name, unit: tile }),
      move: (down, across) => move(layer, down, across),
      size: "small",
    });
  }

  function move(layer, down, across) {
    const [count] = layer.output_shape;
    const step = across + down * Math.min(ACROSS, count);
    const from = Selection.current.stage === layer.name ? Selection.current.unit : 0;
    const isThere = Selection.current.stage === layer.name;
    return { stage: layer.name, unit: Figures.stepped(from, isThere ? step : 0, count) };
  }

  function buildScores() {
    const { make } = Elements;
    const [count] = Model.shape(Model.scores);
    for (let number = 0; number < count; number += 1) {
      const bar = make("span", { class: "bar" });
      const texts = ["score", "probability"].map(() => make("td", { class: "number" }));
      const row = make(
        "tr",
        {},
        make("th", { scope: "row" }, Model.className(number)),
        ...texts,
        make("td", { class: "bars" }, bar),
      );
      const changes = { stage: Model.scores, unit: number };
      row.addEventListener("pointermove", (event) => {
        if (event.pointerType !== "touch") {
          Selection.point(changes);
        }
      });
      row.addEventListener("pointerleave", () => Selection.leave());
      row.addEventListener("click", () => Selection.pin(changes));
      rows.push({ row, texts, bar });
    }
    const head = ["class", "score", "probability", ""];
    place.append(
      make(
        "table",
        { class: "scores" },
        make("caption", {}, "from scores to probabilities"),
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            ...head.map((text, number) =>
              text
                ? make("th", { scope: "col", class: number ? "number" : null }, text)
                : make("td", {}),
            ),
          ),
        ),
        make("tbody", {}, ...rows.map(({ row }) => row)),
      ),
    );
  }

  function show(selection) {
    figures.forEach((figure, layer) => showRow(figure, layer, selection));
    if (Model.scores !== null) {
      showScores(selection);
    }
  }

  function showRow(figure, layer, selection) {
    const [count] = layer.output_shape;
    const values = Shown.stages.get(layer.name);
    const across = Math.min(ACROSS, count);
    const scale = Colours.scaleOf(values);
    figure.title(titleOf(layer, count));
    figure.mosaic.name(`${layer.name}, ${Numbers.counted(count, "unit")}`);
    figure.mosaic.lay({ tiles: count, height: 1, width: 1, across, gap: 0, most: 18 });
    figure.mosaic.paint({ values, offset: 0, strides: [1, 0, 0], scale });
    const isHere = selection.stage === layer.name;
    const single = { ...Geometry.single(0, 0), tile: selection.unit };
    const isBeside = !isHere && sharesUnit(layer, selection);
    const marks = isHere ? [{ ...single, strength: "strong" }] : [];
    figure.mosaic.mark(isBeside ? [{ ...single, strength: "weak" }] : marks);
    const at = isHere || isBeside ? selection.unit : null;
    figure.reading(at === null ? "" : `unit ${at}: ${Numbers.exact(values[at])}`);
    figure.legend(Colours.legend(scale));
  }

  function titleOf(layer, count) {
    const what = layer.name === Model.scores ? "score" : "unit";
    return `${layer.name}: ${Numbers.counted(count, what)}`;
  }

  // Whether a row holds what became of the selected unit, or what it was before an activation.
  function sharesUnit(layer, selection) {
    const one = Ledger.summing(layer.name, 0);
    const other = Model.layer(selection.stage) && Ledger.summing(selection.stage, 0);
    return Boolean(one && other && one.layer === other.layer);
  }

  function showScores(selection) {
    const softmax = Softmax.rows();
    const largest = softmax.reduce((best, row) => Math.max(best, row.probability), 0);
    softmax.forEach((row, number) => {
      const { row: element, texts, bar } = rows[number];
      Figures.write(texts[0], Numbers.number(row.score));
      Figures.write(texts[1], Numbers.exact(row.probability));
      bar.style.width = `${100 * row.probability}%`;
      const isChosen = selection.stage === Model.scores && selection.unit === number;
      element.className = isChosen ? "chosen" : "";
      element.classList.toggle("largest", row.probability === largest);
    });
    const chosen =
      selection.stage === Model.scores
        ? selection.unit
        : softmax.findIndex((row) => row.probability === largest);
    formula.textContent = Sentences.softmax(softmax, chosen);
  }

  return Object.freeze({ build, show });
})();
