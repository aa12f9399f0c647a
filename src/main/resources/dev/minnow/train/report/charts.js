/** The charts, what is marked on them, and the switches above them. */
const charts = (() => {
  const {runs, single, root, add, whole, short, best} = page;
  const DASHES = [[], [6, 4]];
  const plots = [];
  let perToken = false;
  let logarithmic = false;

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

  /** Below it the axis finds no distances between its labels, and nothing matters. */
  const LEAST = 1e-12;

  const draw = chart => {
    if (chart.plot) {
      chart.plot.destroy();
    }
    const data = aligned(chart.series);
    const log = (chart.log || (chart.loss && logarithmic)) && data.slice(1).some(values => values.some(value => value > LEAST));
    if (log) {
      // What is next to nothing has no place on the scale, such as the update of biases that have not moved.
      data.forEach((values, i) => data[i] = i ? values.map(value => value > LEAST ? value : undefined) : values);
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
      series: [{label: perToken ? "tokens" : "step", value: (plot, value) => value === null ? "–" : perToken ? axes.compact(value) : whole(value)},
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

  const boxes = () => {
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

  /** Adds the switches and the charts' places. */
  const place = () => {
    const switches = add(root, "div", null, "switch");
    choice(switches, "logarithmic loss", on => logarithmic = on);
    if (runs.every(run => run.tokensPerStep)) {
      choice(switches, "over tokens", on => perToken = on);
    }
    boxes();
  };

  const drawAll = () => plots.forEach(draw);

  /** Draws all charts, and again whenever there is another width or other colours. */
  const begin = () => {
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
  };

  return {place, begin};
})();
