/** What stands on the page, from top to bottom. */
(() => {
  const {runs, written, single, root, add, table, whole, short, time, best} = page;
  const compact = axes.compact;
  const MANY = 8;

  const tiles = run => {
    const parent = add(root, "div", null, "tiles");
    const tile = (value, name) => {
      const box = add(parent, "div", null, "tile");
      add(box, "b", value);
      add(box, "span", name);
    };
    const found = best(run);
    tile(whole(run.lastStep) + (run.steps ? " / " + whole(run.steps) : ""), "steps");
    if (run.parameters) {
      tile(compact(run.parameters), "parameters");
    }
    tile(short(run.trainingLoss), "training loss, mean of the last " + run.trainingLossSteps + " steps");
    if (found) {
      tile(short(found.loss), "best validation loss, at step " + whole(found.step));
    }
    if (run.tokensPerStep) {
      tile(compact(run.lastStep * run.tokensPerStep), "tokens read");
    }
    if (run.tokensPerSecond) {
      tile(compact(run.tokensPerSecond), "tokens/s" + (run.flopsPerToken ? ", " + short(run.tokensPerSecond * run.flopsPerToken / 1e9) + " GFLOP/s" : "")
        + (run.shareOfPeak ? ", " + (100 * run.shareOfPeak).toFixed(1) + " % of peak" : ""));
    }
  };

  /** How a run ended, in a few words and in sentences. One that was killed logs no end, as one that goes on. */
  const ending = run => {
    const at = " at step " + whole(run.lastStep);
    if (!run.end) {
      return ["no end logged",
        (run.steps && run.lastStep >= run.steps ? "All steps are done, but no end is logged." : "No end is logged: it goes on, or was ended from outside.")
          + " Its log was last written on " + time(run.logged) + "," + at + "; this page on " + time(written) + "."];
    }
    switch (run.end.how) {
      case "finished": return ["finished", "Finished."];
      case "patience": return ["out of patience", "Ended" + at + ": the validation loss got no better for as long as patience allows."];
      case "stopped": return ["stopped", "Stopped on request" + at + "; train --resume goes on with it."];
      case "failed": return ["failed", "Failed" + at + ". " + run.end.reason];
      default: return [run.end.how, "Ended" + at + ": " + run.end.how + "."];
    }
  };

  const notices = run => {
    const said = [...run.notices];
    if (run.damagedLines) {
      said.push(run.damagedLines === 1 ? "1 damaged line of metrics.jsonl was skipped."
        : whole(run.damagedLines) + " damaged lines of metrics.jsonl were skipped.");
    }
    const [state, sentence] = ending(run);
    if (state === "failed" || !single && !run.end) {
      said.unshift(sentence);
    }
    if (!run.model && !run.notices.length) {
      said.push(!run.end ? "Nothing was saved yet: parameters, hyperparameters and corpus are known from the first save on."
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
        found ? whole(found.step) : "–", compact(run.tokensPerSecond || 0), run.model || "–"];
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

  header();
  charts.place();
  runs.forEach(incidents);
  runs.forEach(samples);
  runs.forEach(parameters);
  hyperparameters();
  runs.forEach(corpus);
  charts.begin();
})();
