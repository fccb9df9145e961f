"use strict";

// Mosaic: maps of numbers on a canvas, one cell a number, and the marks above them.
//
//   const mosaic = Mosaic.make({ label, choose, move });
//   mosaic.element                          goes into the page
//   mosaic.lay({ tiles, height, width, across, gap, most, margin, tall })
//   mosaic.paint({ values, offset, strides: [tile, row, column], scale })
//   Mosaic.flush()                          once all are laid
//   mosaic.mark([{ tile, top, left, height, width, strength: "strong" | "weak" }])
//
// choose(tile, row, column) and move(down, across) give the changes of the selection that belong to a
// cell that is pointed at, or to an arrow key; null where there is none. A cell is a square of at most
// so many pixels, or tall pixels high where that is said. The canvas has one pixel a
// number and is enlarged without interpolation.
const Mosaic = (() => {
  const ARROWS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  const HALO = "#ffffff";
  const INKS = { strong: "#b8004c", weak: "#14161c" };
  const LEAST = 7; // Pixels of a mark, so that it is seen around the smallest cell.
  const NO_MARGIN = [0, 0, 0, 0];
  const waiting = new Map(); // How a mosaic that was laid is given its size -> where it stands.

  function make({ label, choose, move, hint = "Arrow keys move." }) {
    const base = Elements.make("canvas", { class: "cells", "aria-hidden": "true" });
    const above = Elements.make("canvas", { class: "marks", "aria-hidden": "true" });
    const frame = Elements.make(
      "div",
      {
        class: "mosaic",
        tabindex: "0",
        role: "application",
        "aria-roledescription": "map of numbers",
        "aria-label": `${label}. ${hint}`,
      },
      base,
      above,
    );
    const element = Elements.make("div", { class: "scroller" }, frame);
    let [plan, painted, marks, cell, high] = [null, null, [], 1, 1];

    function lay(wanted) {
      const next = { across: 1, gap: 0, most: 64, tall: 0, ...wanted };
      next.margin ??= NO_MARGIN;
      if (plan !== null && JSON.stringify(plan) === JSON.stringify(next)) {
        return;
      }
      plan = next;
      painted = null;
      const [top, bottom, left, right] = plan.margin;
      frame.classList.toggle("padded", plan.margin.some((side) => side > 0));
      const down = Math.ceil(plan.tiles / plan.across);
      base.width = plan.across * (plan.width + plan.gap) - plan.gap + left + right;
      base.height = down * (plan.height + plan.gap) - plan.gap + top + bottom;
      waiting.set(resize, element);
    }

    function resize(room) {
      if (plan === null || !room) {
        return;
      }
      const fitting = Math.floor(room / base.width);
      cell = Math.max(1, Math.min(plan.most, fitting));
      high = plan.tall || cell;
      const [width, height] = [base.width * cell, base.height * high];
      const sharpness = window.devicePixelRatio || 1;
      [frame, base, above].forEach((one) => {
        one.style.width = `${width}px`;
        one.style.height = `${height}px`;
      });
      above.width = width * sharpness;
      above.height = height * sharpness;
      drawMarks();
    }

    function origin(tile) {
      const [top, , left] = plan.margin;
      return [
        Math.floor(tile / plan.across) * (plan.height + plan.gap) + top,
        (tile % plan.across) * (plan.width + plan.gap) + left,
      ];
    }

    function paint(view) {
      if (painted !== null && isSame(painted, view)) {
        return;
      }
      painted = view;
      const context = base.getContext("2d");
      const image = context.createImageData(base.width, base.height);
      const { values, offset, strides, scale } = view;
      for (let tile = 0; tile < plan.tiles; tile += 1) {
        const [top, left] = origin(tile);
        for (let row = 0; row < plan.height; row += 1) {
          let from = offset + tile * strides[0] + row * strides[1];
          let to = 4 * ((top + row) * base.width + left);
          for (let column = 0; column < plan.width; column += 1) {
            Colours.write(values[from], scale, image.data, to);
            from += strides[2];
            to += 4;
          }
        }
      }
      context.putImageData(image, 0, 0);
    }

    // Red, green and blue of every cell of one tile: (3, height, width).
    function paintColours(bytes) {
      painted = null;
      const context = base.getContext("2d");
      const image = context.createImageData(base.width, base.height);
      const [top, left] = origin(0);
      const plane = plan.height * plan.width;
      for (let place = 0; place < plane; place += 1) {
        const row = top + Math.floor(place / plan.width);
        const to = 4 * (row * base.width + left + (place % plan.width));
        image.data.set([bytes[place], bytes[plane + place], bytes[2 * plane + place], 255], to);
      }
      context.putImageData(image, 0, 0);
    }

    function mark(wanted) {
      marks = wanted;
      drawMarks();
    }

    function drawMarks() {
      const context = above.getContext("2d");
      const sharpness = window.devicePixelRatio || 1;
      context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
      context.clearRect(0, 0, above.width, above.height);
      ["weak", "strong"].forEach((strength) =>
        marks
          .filter((one) => one.strength === strength)
          .forEach((one) => outline(context, one, strength)),
      );
    }

    // Strong marks are wide and whole, weak ones thin and dashed, so that colour is not all.
    function outline(context, one, strength) {
      const isStrong = strength === "strong";
      const [top, left] = origin(one.tile ?? 0);
      let box = [
        (left + one.left) * cell,
        (top + one.top) * high,
        one.width * cell,
        one.height * high,
      ];
      if (isStrong) {
        const grown = [Math.max(0, LEAST - box[2]) / 2, Math.max(0, LEAST - box[3]) / 2];
        box = [box[0] - grown[0], box[1] - grown[1], box[2] + 2 * grown[0], box[3] + 2 * grown[1]];
      }
      const [width, height] = [base.width * cell, base.height * high];
      const inset = isStrong ? 1.5 : 1;
      const x = Math.max(inset, box[0]);
      const y = Math.max(inset, box[1]);
      const right = Math.min(width - inset, box[0] + box[2]);
      const bottom = Math.min(height - inset, box[1] + box[3]);
      context.setLineDash([]);
      context.strokeStyle = HALO;
      context.lineWidth = isStrong ? 5 : 3;
      context.strokeRect(x, y, right - x, bottom - y);
      context.setLineDash(isStrong ? [] : [4, 3]);
      context.strokeStyle = INKS[strength];
      context.lineWidth = isStrong ? 2.5 : 1.5;
      context.strokeRect(x, y, right - x, bottom - y);
    }

    function cellAt(event) {
      const bounds = frame.getBoundingClientRect();
      const [top, bottom, left, right] = plan.margin;
      const x = Math.floor((event.clientX - bounds.left) / cell) - left;
      const y = Math.floor((event.clientY - bounds.top) / high) - top;
      if (plan.tiles === 1) {
        const inside =
          y >= -top && y < plan.height + bottom && x >= -left && x < plan.width + right;
        return inside ? [0, y, x] : null;
      }
      const [down, across] = [
        Math.floor(y / (plan.height + plan.gap)),
        Math.floor(x / (plan.width + plan.gap)),
      ];
      const row = y - down * (plan.height + plan.gap);
      const column = x - across * (plan.width + plan.gap);
      const tile = down * plan.across + across;
      const inside =
        x >= 0 && y >= 0 && across < plan.across && tile < plan.tiles &&
        row < plan.height && column < plan.width;
      return inside ? [tile, row, column] : null;
    }

    function changesAt(event) {
      const found = cellAt(event);
      return found === null ? null : choose(...found);
    }

    frame.addEventListener("pointermove", (event) => {
      const changes = changesAt(event);
      if (changes !== null && event.pointerType !== "touch") {
        Selection.point(changes);
      }
    });
    frame.addEventListener("pointerleave", () => Selection.leave());
    frame.addEventListener("click", (event) => {
      const changes = changesAt(event);
      if (changes !== null) {
        Selection.pin(changes);
      }
    });
    frame.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS) || event.ctrlKey || event.altKey || event.metaKey) {
        return;
      }
      event.preventDefault();
      const changes = move(...ARROWS[event.key]);
      if (changes !== null) {
        Selection.pin(changes);
      }
    });
    new ResizeObserver(() => resize(element.clientWidth)).observe(element);

    return Object.freeze({
      element,
      frame,
      lay,
      paint,
      paintColours,
      mark,
      name: (text) => frame.setAttribute("aria-label", `${text}. ${hint}`),
    });
  }

  function isSame(before, view) {
    return (
      before.values === view.values &&
      before.offset === view.offset &&
      String(before.strides) === String(view.strides) &&
      before.scale.high === view.scale.high &&
      before.scale.diverging === view.scale.diverging
    );
  }

  // Gives their sizes to all that were laid. They are measured first: a page whose sizes change after
  // each question for one is laid out again and again.
  function flush() {
    const rooms = [...waiting].map(([resize, element]) => [resize, element.clientWidth]);
    waiting.clear();
    rooms.forEach(([resize, room]) => resize(room));
  }

  // How many tiles side by side, so that the whole is about so many times as wide as it is high.
  function acrossFor(tiles, ratio = 2.5) {
    const ideal = Math.max(1, Math.round(Math.sqrt(tiles * ratio)));
    for (let across = ideal; across <= Math.min(tiles, 2 * ideal); across += 1) {
      if (tiles % across === 0) {
        return across;
      }
    }
    return Math.min(tiles, ideal);
  }

  return Object.freeze({ make, flush, acrossFor });
})();
