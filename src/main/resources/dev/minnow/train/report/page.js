/** The runs that the page shows, and what every part of it writes with: elements, tables, and numbers as words. */
const page = (() => {
  const {runs, written} = JSON.parse(document.getElementById("data").textContent);
  const single = runs.length === 1;
  const root = document.getElementById("report");
  const LONG = 24;

  /** An element whose text is text, whatever it holds. */
  const add = (parent, tag, text, name) => {
    const element = parent.appendChild(document.createElement(tag));
    if (text !== undefined && text !== null) {
      element.textContent = text;
    }
    if (name) {
      element.className = name;
    }
    return element;
  };
  const whole = value => value.toLocaleString("en-US");
  const time = milliseconds => new Date(milliseconds).toLocaleString("en-GB", {dateStyle: "medium", timeStyle: "short"});
  const short = value => value === null || value === undefined ? "–" : Number(value.toPrecision(4)).toString();
  const best = run => {
    const curve = run.curves.validation_loss;
    if (!curve) {
      return null;
    }
    let at = 0;
    curve.y.forEach((value, i) => at = value < curve.y[at] ? i : at);
    return {step: curve.x[at], loss: curve.y[at]};
  };

  /** Columns of more than a few words break their lines, and stay wide enough to be read; a table too wide for the page scrolls. */
  const table = (parent, headings, rows, numbers) => {
    const lines = [...(headings ? [headings] : []), ...rows.map(row => row.cells || row)];
    const kinds = lines[0].map((first, i) => {
      const texts = lines.map(line => String(line[i])).filter(text => text.length > LONG);
      return numbers.includes(i) ? "number" : !texts.length ? "" : texts.some(text => text.split(" ").length > 6) ? "long prose" : "long";
    });
    const element = add(add(parent, "div", null, "scroll"), "table", null, kinds.length > 4 ? "data broad" : "data");
    if (headings) {
      const line = add(add(element, "thead"), "tr");
      headings.forEach((heading, i) => add(line, "th", heading, kinds[i]));
    }
    const body = add(element, "tbody");
    for (const row of rows) {
      const line = add(body, "tr", null, row.mark || "");
      (row.cells || row).forEach((cell, i) => add(line, "td", cell, kinds[i]));
    }
  };

  return {runs, written, single, root, add, table, whole, short, time, best};
})();
