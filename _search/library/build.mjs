/* Minify MiniSearch, and keep its version and licence: node build.mjs [folder]. */

import { copyFile, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("..");
const { version, license } = JSON.parse(
  await readFile(here("node_modules/minisearch/package.json"), "utf8"),
);

await build({
  absWorkingDir: here("."),
  stdin: { contents: 'export { default } from "minisearch";', resolveDir: here(".") },
  outfile: `${folder}/minisearch.js`,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "MiniSearch",
  footer: { js: "MiniSearch=MiniSearch.default;" },
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  legalComments: "none",
  banner: { js: `/* MiniSearch ${version}, ${license}: minisearch.LICENSE.txt. */` },
  logLevel: "warning",
});
await copyFile(here("node_modules/minisearch/LICENSE.txt"), `${folder}/minisearch.LICENSE.txt`);
