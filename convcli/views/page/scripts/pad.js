"use strict";

// Pad: a sheet to draw on with mouse, pen, finger or keyboard.
//
//   const pad = Pad.make(canvas, numbers, listener)
//
// numbers are {height, width, pen, paper, ink} of the page's data. listener(isDone) is called after
// every change; isDone says that the pen is up.
//
//   pad.read()      the sheet in grey, {height, width, values}
//   pad.isEmpty     whether nothing is drawn
//   pad.undo()      takes the last stroke away
//   pad.clear()     takes all of them away
//   pad.pen         {x, y, isDown}: where the keyboard's pen is
const Pad = (() => {
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const STEPS = 28;

  function make(canvas, numbers, listener) {
    canvas.width = numbers.width;
    canvas.height = numbers.height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const strokes = [];
    const pen = { x: numbers.width / 2, y: numbers.height / 2, isDown: false };

    function blank() {
      context.fillStyle = grey(numbers.paper);
      context.fillRect(0, 0, numbers.width, numbers.height);
    }

    // One line at a time, so that a sheet that is drawn again is the same sheet.
    function drawLine(from, to) {
      context.strokeStyle = grey(numbers.ink);
      context.lineWidth = numbers.pen;
      context.lineCap = "round";
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }

    function begin(point) {
      strokes.push([point]);
      drawLine(point, point);
      listener(false);
    }

    function extend(points) {
      const stroke = strokes.at(-1);
      for (const point of points) {
        drawLine(stroke.at(-1), point);
        stroke.push(point);
      }
      listener(false);
    }

    function drawAgain() {
      pen.isDown = false;
      blank();
      for (const stroke of strokes) {
        stroke.forEach((point, place) => drawLine(stroke[Math.max(0, place - 1)], point));
      }
      listener(true);
    }

    function read() {
      const { data } = context.getImageData(0, 0, numbers.width, numbers.height);
      const values = new Uint8Array(numbers.width * numbers.height);
      for (let place = 0; place < values.length; place += 1) {
        values[place] = data[4 * place];
      }
      return { height: numbers.height, width: numbers.width, values };
    }

    function movePen([across, down]) {
      const step = Math.max(numbers.width, numbers.height) / STEPS;
      pen.x = Math.min(Math.max(pen.x + across * step, 0), numbers.width);
      pen.y = Math.min(Math.max(pen.y + down * step, 0), numbers.height);
      if (pen.isDown) {
        extend([{ x: pen.x, y: pen.y }]);
        listener(true);
      }
    }

    function turnPen() {
      pen.isDown = !pen.isDown;
      if (pen.isDown) {
        begin({ x: pen.x, y: pen.y });
        listener(true);
      }
    }

    function onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key in KEYS) {
        movePen(KEYS[event.key]);
      } else if (event.key === " ") {
        turnPen();
      } else {
        return;
      }
      // The page's own keys would move the selection besides.
      event.preventDefault();
      event.stopPropagation();
    }

    function undo() {
      strokes.pop();
      drawAgain();
    }

    function clear() {
      strokes.length = 0;
      drawAgain();
    }

    blank();
    followPointer(canvas, { begin, extend, end: () => listener(true) });
    canvas.addEventListener("keydown", onKey);
    return Object.freeze({
      read,
      undo,
      clear,
      pen,
      get isEmpty() {
        return strokes.length === 0;
      },
    });
  }

  // One pointer at a time: a second finger does not draw.
  function followPointer(canvas, { begin, extend, end }) {
    let pointer = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (pointer !== null || event.button !== 0) {
        return;
      }
      pointer = event.pointerId;
      canvas.setPointerCapture(pointer);
      begin(pointOf(canvas, event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId === pointer) {
        const events = event.getCoalescedEvents();
        extend((events.length ? events : [event]).map((one) => pointOf(canvas, one)));
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => {
        if (event.pointerId === pointer) {
          pointer = null;
          end();
        }
      });
    }
  }

  // From the screen to the sheet, however large it is shown.
  function pointOf(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const [left, top] = [box.left + canvas.clientLeft, box.top + canvas.clientTop];
    return {
      x: ((event.clientX - left) * canvas.width) / canvas.clientWidth,
      y: ((event.clientY - top) * canvas.height) / canvas.clientHeight,
    };
  }

  const grey = (level) => `rgb(${level} ${level} ${level})`;

  return Object.freeze({ make });
})();
