(() => {
  const runs = JSON.parse(document.getElementById("data").textContent).runs;
  const single = runs.length === 1;
  const root = document.getElementById("report");
  const plots = [];
  const DASHES = [[], [6, 4]];
  const LONG = 24;
  const MANY = 8;
  let perToken = false;
  let logarithmic = false;

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
  const last = curve => curve && curve.y.length ? curve.y[curve.y.length - 1] : null;
  const short = value => value === null || value === undefined ? "–" : Number(value.toPrecision(4)).toString();
  const compact = axes.compact;
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

  const color = index => getComputedStyle(document.documentElement).getPropertyValue("--s" + (index % 8 + 1)).trim();
  const themed = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faint = value => value + "77";

  /** Curves with steps of their own on one axis; a step that a curve has no value at is undefined there and leaves no gap. */
  const aligned = series => {
    const at = new Map();
    series.forEach((s, i) => s.curve.x.forEach((step, j) => {
      const x = perToken ? step * s.run.tokensPerStep : step;
      let row = at.get(x);
      if (!row) {
        at.set(x, row = new Array(series.length));
      }
      row[i] = s.curve.y[j];
    }));
    const steps = [...at.keys()].sort((a, b) => a - b);
    return [steps, ...series.map((s, i) => steps.map(step => at.get(step)[i]))];
  };

  const nearest = (plot, seriesIndex, hovered) => {
    const values = plot.data[seriesIndex];
    for (let distance = 0; distance < values.length; distance++) {
      for (const i of [hovered - distance, hovered + distance]) {
        if (values[i] !== undefined && values[i] !== null) {
          return i;
        }
      }
    }
    return hovered;
  };

  const draw = chart => {
    if (chart.plot) {
      chart.plot.destroy();
    }
    const data = aligned(chart.series);
    const log = (chart.log || (chart.loss && logarithmic)) && data.slice(1).some(values => values.some(value => value > 0));
    if (log) {
      // What is 0 has no place on the scale, such as the update of biases that have not moved.
      data.forEach((values, i) => data[i] = i ? values.map(value => value > 0 ? value : undefined) : values);
    }
    const axis = {stroke: themed("--quiet"), grid: {stroke: themed("--grid"), width: 1}, ticks: {stroke: themed("--grid"), width: 1}, font: "12px system-ui, sans-serif"};
    chart.plot = new uPlot({
      width: Math.max(200, chart.place.clientWidth),
      height: chart.wide ? 340 : 220,
      cursor: {dataIdx: nearest, points: {size: 6}, drag: {x: true, y: false}},
      scales: {x: {time: false}, y: {distr: log ? 3 : 1}},
      axes: [
        {...axis, incrs: axes.wholeDistances, values: (plot, ticks, number, space, distance) => axes.labels(ticks, distance)},
        {...axis, size: (plot, texts) => axes.room(texts),
          values: (plot, ticks, number, space, distance) => log ? ticks.map(axes.logarithmic) : axes.labels(ticks, distance)},
      ],
      series: [{label: perToken ? "tokens" : "step", value: (plot, value) => value === null ? "–" : perToken ? compact(value) : whole(value)},
        ...chart.series.map(s => ({
          label: s.label,
          stroke: s.faint ? faint(color(s.color)) : color(s.color),
          width: s.faint ? 1 : 1.8,
          dash: DASHES[(s.dash ? 1 : 0) ^ (Math.floor(s.color / 8) % 2)],
          points: s.marks ? {show: true, size: 5, fill: color(s.color)} : {show: s.curve.x.length === 1},
          value: (plot, value) => short(value),
        }))],
      hooks: {draw: [plot => marks(plot, chart)]},
    }, data, chart.place);
  };

  /** Where the best validation loss is, on the loss alone, and where something happened, on every chart. */
  const marks = (plot, chart) => {
    const context = plot.ctx;
    const ratio = devicePixelRatio;
    context.save();
    chart.runs.forEach((run, i) => {
      const x = step => plot.valToPos(perToken ? step * run.tokensPerStep : step, "x", true);
      const found = chart.loss ? best(run) : null;
      if (found) {
        context.strokeStyle = color(single ? 1 : i);
        context.lineWidth = 2 * ratio;
        context.beginPath();
        context.arc(x(found.step), plot.valToPos(found.loss, "y", true), 7 * ratio, 0, 2 * Math.PI);
        context.stroke();
      }
      context.strokeStyle = context.fillStyle = single ? color(4) : color(i);
      context.lineWidth = ratio;
      context.setLineDash([3 * ratio, 3 * ratio]);
      context.font = 11 * ratio + "px system-ui, sans-serif";
      let free = -Infinity;
      run.incidents.forEach((incident, number) => {
        const at = x(incident.step);
        if (at < plot.bbox.left || at > plot.bbox.left + plot.bbox.width) {
          return;
        }
        context.beginPath();
        context.moveTo(at, plot.bbox.top);
        context.lineTo(at, plot.bbox.top + plot.bbox.height);
        context.stroke();
        // Numbers that would stand on each other are left out; the table below has them all.
        if (single && chart.loss && at > free) {
          const edge = at + 24 * ratio > plot.bbox.left + plot.bbox.width;
          context.textAlign = edge ? "right" : "left";
          context.fillText(number + 1, at + (edge ? -3 : 3) * ratio, plot.bbox.top + 11 * ratio);
          free = at + (8 + 7 * String(number + 1).length) * ratio;
        }
      });
      context.setLineDash([]);
    });
    context.restore();
  };

  const chart = (parent, title, about, series, options = {}) => {
    const drawn = series.filter(s => s.curve && s.curve.x.length);
    if (!drawn.length) {
      return;
    }
    const box = add(parent, "div", null, options.wide ? "chart wide" : "chart");
    add(box, "h3", title);
    add(box, "p", about, "quiet");
    plots.push({series: drawn, place: add(box, "div"), runs, ...options});
  };

  const each = (curve, smoothed) => runs.map((run, i) => ({
    run, label: single ? (smoothed ? "smoothed" : "value") : run.name, curve: (smoothed ? run.smoothed : run.curves)[curve], color: i}));

  const percent = (curve, smoothed) => each(curve, smoothed).map(s => ({
    ...s, curve: s.curve && {x: s.curve.x, y: s.curve.y.map(value => 100 * value)}}));

  const charts = () => {
    const parent = add(root, "div", null, "charts");
    const loss = [];
    runs.forEach((run, i) => {
      if (single) {
        loss.push({run, label: "training", curve: run.curves.loss, color: 0, faint: true});
      }
      loss.push({run, label: single ? "smoothed" : run.name, curve: run.smoothed.loss, color: i});
      loss.push({run, label: single ? "validation" : run.name + ", validation", curve: run.curves.validation_loss, color: single ? 1 : i, marks: true, dash: !single});
    });
    const incidents = runs.some(run => run.incidents.length);
    chart(parent, "Loss", "nats per token; a ring marks the best validation loss" + (incidents ? ", a dotted line an event, listed below" : ""), loss, {wide: true, loss: true});
    chart(parent, "Learning rate", "of each update", each("learning_rate"));
    chart(parent, "Gradient norm", "before clipping", (single ? each("gradient_norm").map(s => ({...s, faint: true})) : []).concat(each("gradient_norm", true)), {log: true});
    chart(parent, "Tokens per second", "of training steps alone", (single ? each("tokens_per_second").map(s => ({...s, faint: true})) : []).concat(each("tokens_per_second", true)));
    chart(parent, "Share of peak", "percent of the arithmetic that this machine can do, measured as the run began",
      (single ? percent("share_of_peak").map(s => ({...s, faint: true})) : []).concat(percent("share_of_peak", true)));
    chart(parent, "Bits per byte", "of held-out text", each("bits_per_byte").map(s => ({...s, marks: true})));
    if (single) {
      kinds(parent, "gradient_norm", "Gradient norm by kind", "of parameter; logarithmic");
      kinds(parent, "update_ratio", "Update to weight", "size of an update as a share of the parameters' size; logarithmic");
    }
  };

  const kinds = (parent, measure, title, about) => {
    const names = Object.keys(runs[0].curves).filter(name => name.startsWith(measure + "/"));
    chart(parent, title, about, names.map((name, i) => ({
      run: runs[0], label: name.slice(measure.length + 1).replaceAll("_", " "), curve: runs[0].curves[name], color: i})), {log: true});
  };

  const choice = (parent, text, changed) => {
    const label = add(parent, "label");
    const box = add(label, "input");
    box.type = "checkbox";
    label.append(" " + text);
    box.addEventListener("change", () => {
      changed(box.checked);
      drawAll();
    });
  };

  const tiles = run => {
    const parent = add(root, "div", null, "tiles");
    const tile = (value, name) => {
      const box = add(parent, "div", null, "tile");
      add(box, "b", value);
      add(box, "span", name);
    };
    const found = best(run);
    const speed = last(run.smoothed.tokens_per_second);
    tile(whole(run.lastStep) + (run.steps ? " / " + whole(run.steps) : ""), "steps");
    if (run.parameters) {
      tile(compact(run.parameters), "parameters");
    }
    tile(short(run.trainingLoss), "training loss, mean of the last " + run.trainingLossSteps + " steps");
    if (found) {
      tile(short(found.loss), "best validation loss, at step " + whole(found.step));
    }
    if (run.tokensPerStep) {
      tile(compact(run.lastStep * run.tokensPerStep), "tokens trained on");
    }
    if (speed !== null) {
      const share = last(run.smoothed.share_of_peak);
      tile(compact(speed), "tokens/s" + (run.flopsPerToken ? ", " + short(speed * run.flopsPerToken / 1e9) + " GFLOP/s" : "")
        + (share === null ? "" : ", " + (100 * share).toFixed(1) + " % of peak"));
    }
  };

  /** How a run ended, in a word and in a sentence; an older log does not tell that all steps were done. */
  const ending = run => {
    const how = run.end ? run.end.how : run.steps && run.lastStep >= run.steps ? "finished" : "";
    const at = " at step " + whole(run.lastStep);
    switch (how) {
      case "finished": return ["finished", "Finished."];
      case "patience": return ["out of patience", "Ended" + at + ": the validation loss got no better for as long as patience allows."];
      case "stopped": return ["stopped", "Stopped on request" + at + "; train --resume goes on with it."];
      case "failed": return ["failed", "Failed" + at + ". " + run.end.reason];
      case "": return ["going on", "Going on as this page was written" + at + ", unless it was ended from outside: its log tells of no end."];
      default: return [how, "Ended" + at + ": " + how + "."];
    }
  };

  const notices = run => {
    const said = [...run.notices];
    if (run.damagedLines) {
      said.push(run.damagedLines === 1 ? "1 damaged line of metrics.jsonl was skipped."
        : whole(run.damagedLines) + " damaged lines of metrics.jsonl were skipped.");
    }
    const [state, sentence] = ending(run);
    if (state === "failed") {
      said.unshift(sentence);
    }
    if (!run.model && !run.notices.length) {
      said.push(state === "going on" ? "Nothing was saved yet: parameters, hyperparameters and corpus follow with the first save."
        : "The run ended before its first save: its parameters, hyperparameters and corpus are not known.");
    }
    said.forEach(text => add(root, "div", (single ? "" : run.name + ": ") + text, "notice"));
  };

  const header = () => {
    if (single) {
      const run = runs[0];
      document.title = "Minnow: " + run.name;
      add(root, "h1", run.name);
      if (run.model) {
        add(root, "p", run.model);
      }
      add(root, "p", run.path, "quiet path");
      const [state, sentence] = ending(run);
      if (state !== "failed") {
        add(root, "p", sentence, "quiet");
      }
      notices(run);
      tiles(run);
      return;
    }
    document.title = "Minnow: " + runs.map(run => run.name).join(", ");
    add(root, "h1", runs.length + " training runs");
    runs.forEach(notices);
    table(root, ["run", "state", "steps", "parameters", "training loss, last " + runs[0].trainingLossSteps + " steps", "best validation", "at step", "tokens/s", "model"], runs.map(run => {
      const found = best(run);
      return [run.name, ending(run)[0], whole(run.lastStep), run.parameters ? whole(run.parameters) : "–", short(run.trainingLoss), found ? short(found.loss) : "–",
        found ? whole(found.step) : "–", compact(last(run.smoothed.tokens_per_second) || 0), run.model || "–"];
    }), [2, 3, 4, 5, 6, 7]);
  };

  /** Events of a kind that there are many of are folded into one line. */
  const incidents = run => {
    if (!run.incidents.length) {
      return;
    }
    add(root, "h2", heading("Events", run));
    const kinds = new Map();
    run.incidents.forEach((incident, i) => kinds.set(incident.kind, [...(kinds.get(incident.kind) || []), {...incident, number: i + 1}]));
    const list = (parent, events) => table(
      parent, ["", "step", "event"], events.map(event => [event.number, whole(event.step), event.text]), [0, 1]);
    const few = [...kinds.values()].filter(events => events.length <= MANY).flat().sort((a, b) => a.number - b.number);
    if (few.length) {
      list(root, few);
    }
    for (const [kind, events] of kinds) {
      if (events.length > MANY) {
        const steps = events.map(event => event.step);
        const [from, to] = [Math.min(...steps), Math.max(...steps)];
        const text = events.every(event => event.text === events[0].text) ? events[0].text : kind;
        const folded = add(root, "details");
        add(folded, "summary", whole(events.length) + " times: " + text + (from === to ? " (step " + whole(from) + ")"
          : " (steps " + whole(from) + " to " + whole(to) + ")"));
        list(folded, events);
      }
    }
    if (run.moreIncidents) {
      add(root, "p", "and " + whole(run.moreIncidents) + " more", "quiet");
    }
  };

  const heading = (text, run) => single ? text : text + ", " + run.name;

  const samples = run => {
    if (!run.samples.length) {
      return;
    }
    add(root, "h2", heading("Samples", run));
    const show = (parent, sample) => {
      add(parent, "h3", "Step " + whole(sample.step));
      add(parent, "pre", sample.text);
    };
    const newest = [...run.samples].reverse();
    newest.slice(0, 3).forEach(sample => show(root, sample));
    if (newest.length > 3) {
      const more = add(root, "details");
      add(more, "summary", newest.length === 4 ? "1 earlier sample" : (newest.length - 3) + " earlier samples");
      newest.slice(3).forEach(sample => show(more, sample));
    }
  };

  const parameters = run => {
    if (!run.kinds) {
      return;
    }
    add(root, "h2", heading("Parameters: what is learned", run));
    const rows = run.kinds.map(kind => [kind.kind, whole(kind.tensors), whole(kind.count), (100 * kind.count / run.parameters).toFixed(1) + " %",
      (kind.count * 4 / 1048576).toFixed(2), kind.start, kind.decays ? "decays" : ""]);
    rows.push({mark: "total", cells: ["total", whole(run.tensors.length), whole(run.parameters), "", (run.parameters * 4 / 1048576).toFixed(2), "", ""]});
    table(root, ["kind", "tensors", "parameters", "share", "MiB", "begins as", "weight decay"], rows, [1, 2, 3, 4]);
    const all = add(root, "details");
    add(all, "summary", "Every tensor");
    table(all, ["tensor", "kind", "shape", "parameters"], run.tensors.map(t => [t.name, t.kind, t.shape, whole(t.count)]), [3]);
  };

  const hyperparameters = () => {
    const names = [...new Set(runs.flatMap(run => run.hyperparameters.map(row => row[0])))];
    if (!names.length) {
      return;
    }
    add(root, "h2", "Hyperparameters: what was chosen");
    const values = runs.map(run => new Map(run.hyperparameters));
    const rows = names.map(name => {
      const cells = values.map(of => of.has(name) ? of.get(name) : "–");
      return {mark: cells.some(cell => cell !== cells[0]) ? "differs" : "", cells: [name, ...cells]};
    });
    if (!single) {
      table(root, ["", ...runs.map(run => run.name)], rows, []);
      return;
    }
    const columns = add(root, "div", null, "columns");
    const half = Math.ceil(rows.length / 2);
    table(columns, null, rows.slice(0, half), []);
    table(columns, null, rows.slice(half), []);
  };

  const corpus = run => {
    if (run.corpus.length) {
      add(root, "h2", heading("Corpus", run));
      table(root, null, run.corpus, []);
    }
  };

  const drawAll = () => plots.forEach(draw);

  header();
  const switches = add(root, "div", null, "switch");
  choice(switches, "logarithmic loss", on => logarithmic = on);
  if (runs.every(run => run.tokensPerStep)) {
    choice(switches, "over tokens", on => perToken = on);
  }
  charts();
  runs.forEach(incidents);
  runs.forEach(samples);
  runs.forEach(parameters);
  hyperparameters();
  runs.forEach(corpus);
  drawAll();

  let waiting = 0;
  let width = innerWidth;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    // A phone's address bar changes the height alone.
    waiting = setTimeout(() => {
      if (innerWidth !== width) {
        width = innerWidth;
        drawAll();
      }
    }, 150);
  });
  for (const media of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(media).addEventListener("change", drawAll);
  }
  addEventListener("beforeprint", drawAll);
  addEventListener("afterprint", drawAll);
})();
