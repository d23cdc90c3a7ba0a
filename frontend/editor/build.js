// Bundles src/. `npm run build` writes what is committed; `npm run check` says whether it is what
// the build would write.
//
//   dist/editor-<hash>.js   the bundle. Its name carries a hash of it, so that browsers may keep it
//                           for ever; its first line carries a hash of the sources, so that a Rust
//                           test can tell a stale bundle without Node.
//   dist/LICENSES.txt       the licences of what is in it
//   load.js                 what the page imports: fetches the bundle when it is first needed
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const inputs = [
  "build.js",
  "package-lock.json",
  "package.json",
  ...readdirSync("src").sort().map((name) => `src/${name}`),
];
const sources = createHash("sha256");
for (const input of inputs) {
  sources.update(`${input}\0`).update(readFileSync(input)).update("\0");
}
const header =
  `// Made by frontend/editor/build.js from sources ${sources.digest("hex")}.\n` +
  "// Do not edit. Licences of what is in it: LICENSES.txt beside it.";

const result = await build({
  entryPoints: ["src/editor.js"],
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  banner: { js: header },
  metafile: true,
  write: false,
});
const bundle = result.outputFiles[0].text;
const name = `editor-${createHash("sha256").update(bundle).digest("hex").slice(0, 16)}.js`;

const packages = new Set(
  Object.keys(result.metafile.inputs)
    .map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])
    .filter(Boolean),
);
const licences = [...packages]
  .sort()
  .map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8")}`)
  .join("\n----\n\n");

const load = `// Made by build.js; do not edit.
export async function create(...args) {
  const { CodeEditor } = await import("/editor/${name}");
  return new CodeEditor(...args);
}
`;

const outputs = { [`dist/${name}`]: bundle, "dist/LICENSES.txt": licences, "load.js": load };

if (process.argv.includes("--check")) {
  const fresh = ([path, text]) => existsSync(path) && readFileSync(path, "utf8") === text;
  const stale = Object.entries(outputs).filter((output) => !fresh(output));
  if (stale.length > 0) {
    const names = stale.map(([path]) => `frontend/editor/${path}`).join(", ");
    console.error(`stale: ${names}; run \`npm ci && npm run build\` in frontend/editor`);
    process.exit(1);
  }
  console.log("the bundle is fresh");
} else {
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  for (const [path, text] of Object.entries(outputs)) writeFileSync(path, text);
  console.log(`dist/${name}: ${bundle.length} characters`);
}
