// The page's code editor. It lives in a shadow root: there CodeMirror uses constructable style
// sheets, which a Content-Security-Policy of `style-src 'self'` allows, instead of <style>.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { StreamLanguage, bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
// A tokenizer instead of the full parser: 16 kB less to load, and the page needs no syntax tree.
import { python } from "@codemirror/legacy-modes/mode/python";
import { Compartment, EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";

import { marks, marksEffect } from "./marks.js";
import { messages, show } from "./messages.js";
import { theme } from "./theme.js";

// Text typed over a selection. Left to itself, Chromium gives the new text the colours of the old
// one by a style attribute, which the page's Content-Security-Policy forbids and reports.
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const typed = event.inputType === "insertText" && event.data != null && !event.isComposing;
    if (!typed || main.empty || ranges.length > 1 || view.state.readOnly) return false;
    event.preventDefault();
    const insert = () =>
      view.state.update(view.state.replaceSelection(event.data), {
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const handled = view.state
      .facet(EditorView.inputHandler)
      .some((handler) => handler(view, main.from, main.to, event.data, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

const locked = (readOnly) => EditorState.readOnly.of(readOnly);

function named(label, readOnly) {
  const way = readOnly ? "Read only." : "Press Escape, then Tab, to leave the editor.";
  return EditorView.contentAttributes.of({
    "aria-label": `${label}. ${way}`,
    "aria-readonly": String(readOnly),
    // Focusable anyway; said so that checkers of accessibility see it.
    tabindex: "0",
    "data-testid": "editor-content",
  });
}

export class CodeEditor {
  /** `changed(text)` is called after each edit by the user. */
  constructor(host, text, label, readOnly, changed) {
    this.changed = changed;
    this.label = label;
    this.locks = new Compartment();
    this.names = new Compartment();
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.view = new EditorView({ root, parent: root, state: this.state(text, readOnly) });
  }

  state(text, readOnly) {
    return EditorState.create({
      doc: text,
      extensions: [
        marks,
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        bracketMatching(),
        closeBrackets(),
        keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        StreamLanguage.define(python),
        messages,
        replacing,
        theme,
        this.locks.of(locked(readOnly)),
        this.names.of(named(this.label, readOnly)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed(update.state.doc.toString());
        }),
      ],
    });
  }

  /** Another program or file: undo does not go back over it. */
  setText(text, label, readOnly) {
    this.label = label;
    if (text === this.view.state.doc.toString()) {
      this.setReadOnly(readOnly);
      return;
    }
    this.view.setState(this.state(text, readOnly));
  }

  setReadOnly(readOnly) {
    this.view.dispatch({
      effects: [
        this.locks.reconfigure(locked(readOnly)),
        this.names.reconfigure(named(this.label, readOnly)),
      ],
    });
  }

  /** `[{line, label, state, title}]` as JSON. */
  setMarks(json) {
    this.view.dispatch({ effects: marksEffect(JSON.parse(json)) });
  }

  /** `[{line, column?, message}]` as JSON. */
  setMessages(json) {
    const list = JSON.parse(json);
    show(this.view, list);
    if (list.length > 0) this.reveal(list[0].line);
  }

  reveal(number) {
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
    this.view.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: "nearest", yMargin: 40 }) });
  }

  /** Puts the cursor on a line and the focus into the editor. */
  goTo(number) {
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
    this.view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
    this.view.focus();
  }

  destroy() {
    this.view.destroy();
  }
}
