// Made by build.js; do not edit.
export async function create(...args) {
  const { CodeEditor } = await import("/editor/editor-c32ffaa4b2c38ae5.js");
  return new CodeEditor(...args);
}
