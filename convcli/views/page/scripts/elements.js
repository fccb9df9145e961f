"use strict";

// Elements: how elements are made. Texts become text nodes, so nothing from outside becomes HTML.
const Elements = (() => {
  // make("p", { class: "note" }, "text", child, ...)
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => {
      if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(key, value === true ? "" : value);
      }
    });
    element.append(...children);
    return element;
  }

  function byId(id) {
    return document.getElementById(id);
  }

  // A table: headings are { text, numeric }, rows are lists of texts; marks are names of classes.
  function table(caption, headings, rows, marks = []) {
    const cell = (name, text, heading) =>
      make(name, { class: heading.numeric ? "number" : null }, text);
    const head = make(
      "tr",
      {},
      ...headings.map((heading) =>
        make("th", { scope: "col", class: heading.numeric ? "number" : null }, heading.text),
      ),
    );
    const body = rows.map((row, number) =>
      make(
        "tr",
        { class: marks[number] || null },
        ...row.map((text, column) => cell("td", text, headings[column])),
      ),
    );
    return make(
      "table",
      {},
      make("caption", {}, caption),
      make("thead", {}, head),
      make("tbody", {}, ...body),
    );
  }

  return Object.freeze({ make, byId, table });
})();
