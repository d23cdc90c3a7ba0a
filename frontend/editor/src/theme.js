// Colours are the page's custom properties, which reach into the shadow root, so that one theme
// serves light, dark and forced colours.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const view = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", fontSize: "var(--code-size, 14px)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--accent)", padding: "10px 0" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--line-active)" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: "var(--text-muted)",
    border: "none",
    paddingLeft: "4px",
  },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 6px", minWidth: "28px" },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--text)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)" },
  "&.cm-focused .cm-nonmatchingBracket": { color: "var(--danger)", backgroundColor: "transparent" },
  ".cm-error": {
    textDecoration: "underline wavy var(--danger) 1.5px",
    textUnderlineOffset: "3px",
  },

  // The line on which each task stands.
  ".cm-tasks .cm-gutterElement": { display: "flex", gap: "3px", justifyContent: "flex-end" },
  ".cm-task": {
    font: "600 10.5px/16px var(--font-sans)",
    height: "16px",
    marginTop: "3px",
    padding: "0 4px",
    borderRadius: "4px",
    color: "var(--accent-contrast)",
    backgroundColor: "var(--accent)",
    whiteSpace: "nowrap",
  },
  ".cm-task[data-state=blocked]": {
    color: "var(--warn)",
    backgroundColor: "var(--warn-soft)",
    boxShadow: "inset 0 0 0 1.5px var(--warn)",
  },
  ".cm-task[data-state=event]": {
    color: "var(--text)",
    backgroundColor: "var(--surface-2)",
    boxShadow: "inset 0 0 0 1px var(--border-strong)",
  },
  ".cm-line.cm-task-line": { backgroundColor: "var(--accent-soft)" },
  ".cm-line.cm-task-line-blocked": { backgroundColor: "var(--warn-soft)" },
  ".cm-line.cm-task-line-event": { backgroundColor: "var(--surface-2)" },

  // The error, at its line.
  ".cm-message": {
    fontFamily: "var(--font-sans)",
    fontSize: "13px",
    lineHeight: "1.45",
    color: "var(--danger)",
    backgroundColor: "var(--danger-soft)",
    borderLeft: "3px solid var(--danger)",
    padding: "6px 12px",
    whiteSpace: "pre-wrap",
  },
});

// What the tokenizer of Python tells apart.
const colours = HighlightStyle.define([
  { tag: t.keyword, color: "var(--code-keyword)" },
  { tag: t.string, color: "var(--code-string)" },
  { tag: t.number, color: "var(--code-number)" },
  { tag: t.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: t.definition(t.variableName), color: "var(--code-definition)", fontWeight: "600" },
  { tag: t.standard(t.variableName), color: "var(--code-call)" },
  { tag: [t.meta, t.self], color: "var(--code-meta)" },
  { tag: t.invalid, color: "var(--danger)" },
]);

export const theme = [view, syntaxHighlighting(colours)];
