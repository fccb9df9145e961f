"use strict";

// Numbers: how numbers and places are written, digit for digit as views/sentences/numbers.py does.
//
// Python rounds a tie to the even digit and JavaScript rounds it up, so ties are decided here.
const Numbers = (() => {
  const EXACT = 60; // Digits after which nothing can follow but zeros, for numbers that tie.

  // Whether what follows the first digits is a five and zeros, which is a tie.
  function isTie(digits, kept) {
    return digits[kept] === "5" && /^0*$/.test(digits.slice(kept + 1));
  }

  function isEven(digit) {
    return Number(digit) % 2 === 0;
  }

  // Python's f"{value:.{places}f}".
  function fixed(value, places) {
    const sign = value < 0 || Object.is(value, -0) ? "-" : "";
    const size = Math.abs(value);
    const full = size.toFixed(EXACT);
    const kept = full.indexOf(".") + 1 + places;
    if (isTie(full, kept) && isEven(full[places ? kept - 1 : kept - 2])) {
      return sign + full.slice(0, places ? kept : kept - 1);
    }
    return sign + size.toFixed(places);
  }

  // The digits and the exponent of a number above zero, rounded to so many digits.
  function rounded(size, digits) {
    const [full] = size.toExponential(EXACT).split("e");
    const all = full.replace(".", "");
    const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
    if (isTie(all, digits) && isEven(all[digits - 1])) {
      const power = size.toExponential(EXACT).split("e")[1];
      return [all.slice(0, digits), Number(power)];
    }
    return [mantissa.replace(".", ""), Number(exponent)];
  }

  // Python's f"{value:.{digits}g}".
  function general(value, digits) {
    const sign = value < 0 || Object.is(value, -0) ? "-" : "";
    const size = Math.abs(value);
    if (size === 0) {
      return `${sign}0`;
    }
    const [all, exponent] = rounded(size, digits);
    const trimmed = all.replace(/0+$/, "");
    if (exponent < -4 || exponent >= digits) {
      const mantissa = trimmed.length > 1 ? `${trimmed[0]}.${trimmed.slice(1)}` : trimmed;
      const power = String(Math.abs(exponent)).padStart(2, "0");
      return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${power}`;
    }
    if (exponent < 0) {
      return `${sign}0.${"0".repeat(-exponent - 1)}${trimmed}`;
    }
    const whole = all.slice(0, exponent + 1);
    const rest = trimmed.slice(exponent + 1);
    return sign + whole + (rest ? `.${rest}` : "");
  }

  // Seven digits behind the point, so that numbers below each other can be added.
  function number(value) {
    const text = fixed(value, 7);
    return Math.abs(value) < 1e9 && (Number(text) !== 0 || value === 0)
      ? text
      : general(value, 7);
  }

  // Nine digits, which tell any two float32 numbers apart; rounding must not make a number 1.
  function exact(value) {
    const text = general(value, 9);
    return text !== "1" || value === 1 ? text : String(value);
  }

  function place(numbers) {
    return numbers.length === 1 ? String(numbers[0]) : `(${numbers.join(", ")})`;
  }

  function compact(numbers) {
    return `(${numbers.join(",")})`;
  }

  function grouped(count) {
    return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
  }

  function counted(count, noun) {
    return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
  }

  // Rising numbers, runs written as ranges.
  function ranges(numbers) {
    const runs = [];
    numbers.forEach((value) => {
      if (runs.length && value === runs.at(-1)[1] + 1) {
        runs.at(-1)[1] = value;
      } else {
        runs.push([value, value]);
      }
    });
    return runs
      .map(([begin, end]) => (begin === end ? String(begin) : `${begin} to ${end}`))
      .join(", ");
  }

  // Rows or columns by their numbers.
  function line(axis, numbers) {
    return `${axis}${numbers.length === 1 ? "" : "s"} ${ranges(numbers)}`;
  }

  return Object.freeze({ fixed, general, number, exact, place, compact, grouped, counted, line });
})();
