"use strict";
/** Where the ticks of an axis are, and how they are written: with as many digits as tell each from the next. */
const axes = (() => {
  const MOST_DIGITS = 7;
  const UNITS = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"]];

  /** Distances between ticks where there is nothing between whole numbers. */
  const wholeDistances = [];
  for (let power = 1; power < 1e15; power *= 10) {
    wholeDistances.push(power, 2 * power, ...(power > 1 ? [2.5 * power] : []), 5 * power);
  }

  /** Digits behind the point that a number needs. */
  const digits = value => {
    let count = 0;
    while (count < MOST_DIGITS && Math.abs(value * 10 ** count - Math.round(value * 10 ** count)) > 1e-6 * value * 10 ** count) {
      count++;
    }
    return count;
  };

  const written = (tick, count) => tick === 0 ? "0" : tick.toFixed(count);

  /** Ticks that stand at equal distances. */
  const labels = (ticks, distance) => {
    const largest = Math.max(...ticks.map(Math.abs));
    const [unit, letter] = UNITS.find(([size]) => largest >= Math.max(size, 1e4)) || [1, ""];
    const behind = digits(distance / unit);
    if (unit > 1 && behind > 2) {
      return ticks.map(tick => tick.toLocaleString("en-US", {maximumFractionDigits: digits(distance)}));
    }
    if (largest < 1e-3 && largest > 0) {
      const power = Math.floor(Math.log10(largest) + 1e-9);
      const count = digits(distance / 10 ** power);
      return ticks.map(tick => tick === 0 ? "0" : written(tick / 10 ** power, count) + "e" + power);
    }
    return ticks.map(tick => written(tick / unit, behind) + (tick === 0 ? "" : letter));
  };

  const compact = value => Intl.NumberFormat("en-US", {notation: "compact", maximumFractionDigits: 1}).format(value);

  /** A tick of a logarithmic axis; some of them have no label. */
  const logarithmic = tick => {
    if (tick === null) {
      return "";
    }
    const size = Math.abs(tick);
    const small = size > 0 && size < 1e-3;
    return size >= 1e4 ? compact(tick) : small ? Number(tick.toPrecision(2)).toExponential() : Number(tick.toPrecision(3)).toString();
  };

  /** The room that labels need beside an axis, in pixels. */
  const room = texts => Math.max(58, 22 + 7 * Math.max(0, ...(texts || []).map(text => text.length)));

  return {wholeDistances, labels, logarithmic, compact, room};
})();
