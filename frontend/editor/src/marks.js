// Which task stands on which line, as chips in a gutter and a tint of the line.
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter } from "@codemirror/view";

const setMarks = StateEffect.define();

class TaskMarker extends GutterMarker {
  constructor(chips) {
    super();
    this.chips = chips;
  }

  eq(other) {
    const key = (marker) => marker.chips.map((chip) => `${chip.key}/${chip.label}/${chip.state}/${chip.title}`).join();
    return key(this) === key(other);
  }

  toDOM() {
    const box = document.createElement("span");
    box.style.display = "contents";
    const alone = this.chips.length === 1;
    for (const { key, label, state, title } of this.chips) {
      const chip = document.createElement("span");
      chip.className = "cm-task";
      chip.dataset.state = state;
      chip.title = title;
      chip.textContent = alone || !key ? `${key} ${label}`.trim() : key;
      box.append(chip);
    }
    return box;
  }
}

const widest = { key: "T0", label: "mmmmm", state: "event", title: "" };

function lineClass(chips) {
  if (chips.some((chip) => chip.state === "enabled")) return "cm-task-line";
  if (chips.some((chip) => chip.state === "blocked")) return "cm-task-line-blocked";
  return "cm-task-line-event";
}

/** Chips grouped by line, lines that do not exist left out, as two range sets. */
function build(doc, marks) {
  const lines = new Map();
  for (const mark of marks) {
    if (mark.line < 1 || mark.line > doc.lines) continue;
    lines.set(mark.line, [...(lines.get(mark.line) ?? []), mark]);
  }
  const sorted = [...lines].sort(([a], [b]) => a - b);
  const at = (line) => doc.line(line).from;
  return {
    chips: RangeSet.of(sorted.map(([line, chips]) => new TaskMarker(chips).range(at(line)))),
    tints: Decoration.set(
      sorted.map(([line, chips]) => Decoration.line({ class: lineClass(chips) }).range(at(line))),
    ),
  };
}

const field = StateField.define({
  create: () => ({ chips: RangeSet.empty, tints: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) return build(transaction.state.doc, effect.value);
    }
    if (!transaction.docChanged) return value;
    return {
      chips: value.chips.map(transaction.changes),
      tints: value.tints.map(transaction.changes),
    };
  },
  provide: (self) => EditorView.decorations.from(self, (value) => value.tints),
});

export const marks = [
  field,
  gutter({
    class: "cm-tasks",
    markers: (view) => view.state.field(field).chips,
    // Room from the first step on, so that the text does not jump from step to step.
    initialSpacer: () => new TaskMarker([]),
    updateSpacer: (spacer, update) => {
      const used = update.state.field(field).chips.size > 0;
      return used === spacer.chips.length > 0 ? spacer : new TaskMarker(used ? [widest] : []);
    },
  }),
];

export const marksEffect = (list) => setMarks.of(list);
