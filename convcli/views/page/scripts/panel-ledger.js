"use strict";

// PanelLedger: how the selected number came about, with the rows of convcli explain.
const PanelLedger = (() => {
  const LISTED = 100; // As convcli explain lists without --terms.
  const LISTED_ALL = 5000;
  let [title, command, notes, scroller, tables, order, every] = [];

  function build(host) {
    const { make } = Elements;
    title = make("h3", { id: "ledger-title" });
    command = make("code", {});
    notes = make("div", { class: "notes" });
    tables = make("div", {});
    scroller = make(
      "div",
      { class: "scroller tall", tabindex: "0", role: "group", "aria-labelledby": "ledger-title" },
      tables,
    );
    order = make(
      "select",
      {},
      ...["", "order", "contribution"].map((value) =>
        make("option", { value }, value || "as convcli explain does"),
      ),
    );
    every = make("input", { type: "checkbox" });
    [order, every].forEach((control) => control.addEventListener("change", Selection.tell));
    host.append(
      title,
      make(
        "p",
        { class: "controls" },
        make("label", {}, "Terms: ", order),
        make("label", {}, every, " list every term"),
      ),
      make("div", { class: "ledger-parts" }, scroller, notes),
      make("p", { class: "command" }, "In the terminal: ", command),
    );
  }

  function show(selection) {
    const answer = Explained.of(selection);
    title.textContent = answer.title;
    command.textContent = [answer.command, Model.page.options].join(" ").trim();
    const parts = [...answer.tables];
    const said = [...answer.notes];
    if (answer.ledger) {
      const [table, lines] = termsTable(answer.ledger, answer.byContribution, selection);
      parts.push(table);
      said.push(...lines);
    }
    said.push(...answer.closing);
    tables.replaceChildren(...parts, ...answer.last);
    notes.replaceChildren(...said.map((text) => Elements.make("p", {}, text)));
  }

  function termsTable(ledger, byContribution, selection) {
    const wanted = order.value ? order.value === "contribution" : byContribution;
    const chosen = wanted ? Ledger.largestFirst(ledger) : ledger;
    // The largest first, all that is zero is at the end and goes into one row.
    const most = wanted ? chosen.terms.length - chosen.zeros : chosen.terms.length;
    const listed = Math.min(most, every.checked ? LISTED_ALL : LISTED);
    const hasBytes = chosen.terms.some((term) => term.byte !== null);
    const rows = chosen.terms.slice(0, listed).map((term) => written(term));
    const marks = chosen.terms.slice(0, listed).map((term) => markOf(term, ledger, selection));
    const rest = chosen.terms.slice(listed);
    if (rest.length) {
      const sum = rest.reduce((total, term) => total + term.product, 0);
      rows.push(closing("rest", sum, rest[rest.length - 1].running));
    }
    rows.push(closing("bias", chosen.bias, chosen.sum));
    const headings = [
      { text: "k" },
      { text: "weight index" },
      { text: "pixel" },
      { text: "byte", numeric: true },
      ...["value", "weight", "product", "running sum"].map((text) => ({ text, numeric: true })),
    ];
    const isShown = (_, column) => column !== 3 || hasBytes;
    const table = Elements.table(
      `its terms${wanted ? ", the largest first" : ""}`,
      headings.filter(isShown),
      rows.map((row) => row.filter(isShown)),
      marks,
    );
    return [table, sentences(chosen, listed)];
  }

  function written(term) {
    return [
      String(term.k),
      Numbers.place(term.weightIndex),
      Numbers.place(term.pixel) + (term.isPadding ? " padding" : ""),
      term.byte === null ? "" : String(term.byte),
      Numbers.number(term.value),
      Numbers.number(term.weight),
      term.product === 0 ? "(0)" : Numbers.number(term.product),
      Numbers.number(term.running),
    ];
  }

  function closing(name, product, total) {
    return [name, "", "", "", "", "", Numbers.number(product), Numbers.number(total)];
  }

  function markOf(term, ledger, selection) {
    const isChosen = ledger.place.length === 3 && term.k === selection.cell;
    if (isChosen) {
      return "chosen";
    }
    return term.product === 0 ? "faint" : "";
  }

  function sentences(ledger, listed) {
    const difference = ledger.engine - ledger.sum;
    const dtype = Model.page.stages[ledger.layer.name].values instanceof Float64Array
      ? ""
      : " (the engine adds in float32, this table in float64)";
    const said = difference
      ? `difference ${Numbers.general(difference, 3)} because of the order of adding${dtype}`
      : "no difference";
    const who = Shown.isEngine ? "engine" : Shown.source;
    const lines = [
      `${who}: ${Numbers.exact(ledger.engine)}; this sum: ${Numbers.exact(ledger.sum)}; ` +
        (Shown.isEngine ? said : said.replace(dtype, "")),
    ];
    const rest = ledger.terms.length - listed;
    if (rest) {
      lines.push(`The rest is the sum of ${Numbers.counted(rest, "term")}.`);
    }
    if (ledger.zeros) {
      lines.push(
        `${Numbers.grouped(ledger.zeros)} of ${Numbers.grouped(ledger.terms.length)} ` +
          "products are zero and add nothing.",
      );
    }
    return lines;
  }

  return Object.freeze({ build, show });
})();
