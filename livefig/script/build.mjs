/* Bundle and minify the script and the style: node build.mjs [folder]. Same sources, same bytes. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const banner = "/* Built from livefig/script. */";

await build({
  absWorkingDir: here("."),
  entryPoints: [{ in: "src/main.js", out: "livefig" }, { in: "src/livefig.css", out: "livefig" }],
  outdir: process.argv[2] ?? here("../src/livefig/static"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  legalComments: "none",
  banner: { js: banner, css: banner },
  logLevel: "warning",
});
