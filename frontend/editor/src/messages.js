// Errors: underlined, and written out below their line, where a keyboard or a screen reader finds
// them without hovering. (A linter's tooltips would say the same again, for 12 kB.)
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const setMessages = StateEffect.define();
const underline = Decoration.mark({ class: "cm-error" });

class Message extends WidgetType {
  constructor(line, text) {
    super();
    this.line = line;
    this.text = text;
  }

  eq(other) {
    return other.line === this.line && other.text === this.text;
  }

  toDOM() {
    const box = document.createElement("div");
    box.className = "cm-message";
    box.dataset.testid = "error-line";
    box.dataset.line = this.line;
    box.textContent = this.text;
    return box;
  }
}

const field = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMessages)) return effect.value;
    }
    // The learner is at work on it: an old message would only be in the way.
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (self) => EditorView.decorations.from(self),
});

/** `{line, column?, message}` with line and column from 1 as ranges of the document. */
function place(doc, { line, column, message }) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const from = Math.min(at.from + Math.max((column ?? 1) - 1, 0), at.to);
  const indent = at.text.length - at.text.trimStart().length;
  const start = column ? Math.min(from, Math.max(at.to - 1, at.from)) : at.from + indent;
  return { line: at, from: start, to: Math.max(at.to, start), message };
}

export const messages = field;

export function show(view, list) {
  const ranges = list.flatMap((entry) => {
    const { line, from, to, message } = place(view.state.doc, entry);
    const below = Decoration.widget({ widget: new Message(line.number, message), block: true, side: 1 });
    const under = from < to ? [underline.range(from, to)] : [];
    return [...under, below.range(line.to)];
  });
  view.dispatch({ effects: setMessages.of(Decoration.set(ranges, true)) });
}
