"use strict";

// Tour: the steps of the guided tour one at a time. Their texts and addresses stand in the page, so
// that without scripts, and in print, all of them can be read.
const Tour = (() => {
  let [section, steps, count, back, next, whole] = [];
  let place = 0;

  function build(host) {
    section = host;
    steps = [...host.querySelectorAll("ol > li")];
    count = Elements.make("span", { role: "status" });
    back = button("Back", () => go(place - 1));
    next = button("Next", () => go(place + 1));
    whole = button("All steps", toggle);
    whole.setAttribute("aria-pressed", "false");
    section.append(Elements.make("p", { class: "controls" }, back, next, whole, count));
    section.classList.add("one-at-a-time");
    mark();
  }

  function button(text, action) {
    const element = Elements.make("button", { type: "button" }, text);
    element.addEventListener("click", action);
    return element;
  }

  function toggle() {
    const isOne = section.classList.toggle("one-at-a-time");
    whole.setAttribute("aria-pressed", String(!isOne));
  }

  function go(number) {
    place = Figures.stepped(number, 0, steps.length);
    const link = steps[place].querySelector("a");
    if (link !== null) {
      location.hash = link.getAttribute("href");
    }
    mark();
  }

  function mark() {
    steps.forEach((step, number) => step.classList.toggle("current", number === place));
    count.textContent = `Step ${place + 1} of ${steps.length}`;
    back.disabled = place === 0;
    next.disabled = place === steps.length - 1;
  }

  return Object.freeze({ build });
})();
