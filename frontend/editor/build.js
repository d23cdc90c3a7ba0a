// Bundles src/ to dist/editor.js. `npm run build` writes it; `npm run check` says whether what is
// committed is what the build would write. The header carries a hash of the sources, so that a
// Rust test can tell a stale bundle without Node. dist/LICENSES.txt has the licences of what is in it.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const inputs = [
  "build.js",
  "package-lock.json",
  "package.json",
  ...readdirSync("src").sort().map((name) => `src/${name}`),
];
const hash = createHash("sha256");
for (const input of inputs) {
  hash.update(`${input}\0`).update(readFileSync(input)).update("\0");
}
const header = `// Made by frontend/editor/build.js from sources ${hash.digest("hex")}.\n// Do not edit. Licences of what is in it: LICENSES.txt beside it.`;

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
const text = result.outputFiles[0].text;
const packages = new Set(
  Object.keys(result.metafile.inputs)
    .map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])
    .filter(Boolean),
);
const licences = [...packages]
  .sort()
  .map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8")}`)
  .join("\n----\n\n");

if (process.argv.includes("--check")) {
  if (readFileSync("dist/editor.js", "utf8") !== text) {
    console.error("frontend/editor/dist/editor.js is stale: run `npm ci && npm run build` there");
    process.exit(1);
  }
  console.log("dist/editor.js is fresh");
} else {
  mkdirSync("dist", { recursive: true });
  writeFileSync("dist/editor.js", text);
  writeFileSync("dist/LICENSES.txt", licences);
  console.log(`dist/editor.js: ${text.length} characters`);
}
