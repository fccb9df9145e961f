"use strict";

// Figures: a mosaic with a title above it, and below it what it reads and what its colours mean.
const Figures = (() => {
  // { title, label, choose, move } -> { element, mosaic, title(text), reading(text), legend(text) }
  function figure({ title, label, choose, move, hint, size = "" }) {
    const mosaic = Mosaic.make({ label: label ?? title, choose, move, hint });
    const heading = Elements.make("figcaption", {}, title);
    const reading = Elements.make("p", { class: "reading" });
    const legend = Elements.make("p", { class: "legend" });
    const element = Elements.make(
      "figure",
      { class: size },
      heading,
      mosaic.element,
      reading,
      legend,
    );
    return Object.freeze({
      element,
      mosaic,
      title: (text) => write(heading, text),
      reading: (text) => write(reading, text),
      legend: (text) => write(legend, text),
    });
  }

  function write(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  // A table that is made when it is asked for, and made again while it is open.
  function onDemand(summary, build) {
    const place = Elements.make("div", {
      class: "scroller",
      tabindex: "0",
      role: "group",
      "aria-label": summary,
    });
    const element = Elements.make("details", {}, Elements.make("summary", {}, summary), place);
    const refresh = () => {
      if (element.open) {
        place.replaceChildren(build());
      }
    };
    element.addEventListener("toggle", refresh);
    return Object.freeze({ element, refresh });
  }

  // The numbers of one map as a table, with the numbers of its rows and columns.
  function mapTable(caption, rows, columns, valueAt, at = null) {
    const make = Elements.make;
    const head = [make("td", {})];
    for (let column = 0; column < columns; column += 1) {
      head.push(make("th", { scope: "col", class: "number" }, String(column)));
    }
    const body = [];
    for (let row = 0; row < rows; row += 1) {
      const cells = [make("th", { scope: "row", class: "number" }, String(row))];
      for (let column = 0; column < columns; column += 1) {
        const isChosen = at !== null && at[0] === row && at[1] === column;
        cells.push(
          make(
            "td",
            { class: isChosen ? "number chosen" : "number" },
            Numbers.number(valueAt(row, column)),
          ),
        );
      }
      body.push(make("tr", {}, ...cells));
    }
    return make(
      "table",
      { class: "grid" },
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...body),
    );
  }

  // Moves a number by a step and stays in the range.
  function stepped(number, step, count) {
    return Math.min(Math.max(number + step, 0), count - 1);
  }

  return Object.freeze({ make: figure, onDemand, mapTable, write, stepped });
})();
