/* Bundle and minify the script and the style: node build.mjs [folder]. Same sources, same bytes.

   A site serves livefig.js and livefig.css; a page that stands alone holds alone.js and alone.css
   instead, where its figure neither asks, plays nor is dragged. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const banner = "/* Built from livefig/script. */";

for (const [name, script, style, folder] of [
  ["livefig", "main.js", "livefig.css", "static"], ["alone", "alone/main.js", "figure.css", "page"],
]) {
  await build({
    absWorkingDir: here("."),
    entryPoints: [{ in: `src/${script}`, out: name }, { in: `src/${style}`, out: name }],
    outdir: process.argv[2] ?? here(`../src/livefig/${folder}`),
    conditions: [name], // which of the files that package.json names for "#parts"
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    legalComments: "none",
    banner: { js: banner, css: banner },
    logLevel: "warning",
  });
}
