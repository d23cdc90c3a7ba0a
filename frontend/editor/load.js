// Made by build.js; do not edit.
export async function create(...args) {
  const { CodeEditor } = await import("/editor/editor-2d75f84c00eebc91.js");
  return new CodeEditor(...args);
}
