"use strict";

// The player: frames one after the other on one canvas, played, stepped through, or chosen.
//
// A frame is what has changed since the one before it: runs of pixels of one colour. "gaps" says how
// many pixels stay as they are before each run, "lengths" how many it has, "colours" which entry of
// "palette" they get, and "counts" how many runs a frame has. The first frame begins with paper.
// These numbers are LEB128: seven bits a byte, the lowest first, and the eighth says "more follows".
(() => {
  const PAPER = 0xffffffff;
  const ELEMENTS = Object.fromEntries(
    ["picture", "play", "back", "on", "place", "number", "words"].map((name) => [
      name,
      document.getElementById(name),
    ]),
  );

  // One number for each colour, as the canvas keeps its pixels: red first, in memory.
  function colourNumbers(palette) {
    const bytes = new Uint8Array(palette.length / 3 * 4);
    for (let entry = 0; entry * 3 < palette.length; entry += 1) {
      bytes.set([...palette.subarray(entry * 3, entry * 3 + 3), 255], entry * 4);
    }
    return new Uint32Array(bytes.buffer);
  }

  // Reads numbers one after the other, and can begin again.
  function reader(bytes) {
    let place = 0;
    return {
      next() {
        let number = 0;
        let shift = 0;
        let byte = 0;
        do {
          byte = bytes[place];
          number |= (byte & 127) << shift;
          place += 1;
          shift += 7;
        } while (byte > 127);
        return number;
      },
      rewind() {
        place = 0;
      },
    };
  }

  // Draws any frame, by going on from the one that is shown, or from the first one again.
  function painter(film) {
    const context = ELEMENTS.picture.getContext("2d");
    const image = context.createImageData(film.width, film.height);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = colourNumbers(film.palette.values);
    const [gaps, lengths, places] = [film.gaps, film.lengths, film.colours].map((packed) =>
      reader(packed.values),
    );
    let shown = -1;
    pixels.fill(PAPER);

    function goOn() {
      shown += 1;
      let pixel = 0;
      for (let run = 0; run < film.counts[shown]; run += 1) {
        pixel += gaps.next();
        const end = pixel + lengths.next();
        pixels.fill(colours[places.next()], pixel, end);
        pixel = end;
      }
    }

    return (frame) => {
      if (frame < shown) {
        shown = -1;
        [gaps, lengths, places].forEach((numbers) => numbers.rewind());
        pixels.fill(PAPER);
      }
      while (shown < frame) {
        goOn();
      }
      context.putImageData(image, 0, 0);
    };
  }

  function player(film) {
    const paint = painter(film);
    const last = film.counts.length - 1;
    let frame = 0;
    let timer = null;

    function show(wanted) {
      frame = Math.min(Math.max(wanted, 0), last);
      paint(frame);
      ELEMENTS.place.value = String(frame + 1);
      ELEMENTS.number.textContent = `${frame + 1} / ${last + 1}`;
      ELEMENTS.place.setAttribute("aria-valuetext", film.words[frame]);
      ELEMENTS.words.textContent = film.words[frame];
    }

    function wait() {
      timer = setTimeout(() => {
        show(frame === last ? 0 : frame + 1);
        wait();
      }, film.delays[frame] * 10);
    }

    function pause() {
      clearTimeout(timer);
      timer = null;
      ELEMENTS.play.textContent = "Play";
      // While it plays, nobody could listen as fast.
      ELEMENTS.words.setAttribute("aria-live", "polite");
    }

    function play() {
      ELEMENTS.play.textContent = "Pause";
      ELEMENTS.words.setAttribute("aria-live", "off");
      wait();
    }

    function toggle() {
      if (timer === null) {
        play();
      } else {
        pause();
      }
    }

    function go(wanted) {
      pause();
      show(wanted);
    }

    const keys = {
      " ": toggle,
      ArrowLeft: () => go(frame - 1),
      ArrowRight: () => go(frame + 1),
      Home: () => go(0),
      End: () => go(last),
    };

    ELEMENTS.play.addEventListener("click", toggle);
    ELEMENTS.back.addEventListener("click", () => go(frame - 1));
    ELEMENTS.on.addEventListener("click", () => go(frame + 1));
    ELEMENTS.place.addEventListener("input", () => go(Number(ELEMENTS.place.value) - 1));
    document.addEventListener("keydown", (event) => {
      const isPress = event.key === " " && event.target instanceof HTMLButtonElement;
      if (event.ctrlKey || event.metaKey || event.altKey || isPress || !(event.key in keys)) {
        return;
      }
      event.preventDefault();
      keys[event.key]();
    });
    show(0);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      pause();
    } else {
      play();
    }
  }

  Data.load().then(player);
})();
