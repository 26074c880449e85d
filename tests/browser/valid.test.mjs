// The Nu HTML checker reads every kind of page, and the style sheets.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { calm, crowd, empty, make, trouble } from "./scenarios.mjs";
import { build, root } from "./support.mjs";

const jar = join(dirname(createRequire(import.meta.url).resolve("vnu-jar/package.json")), "build/dist/vnu.jar");

test("every page and style sheet is valid", () => {
  const folder = mkdtempSync(join(tmpdir(), "aboveboard-"));
  const sites = { calm: make(calm()), trouble: make(trouble({ languages: "  languages: [en, ar, ja]\n" })), empty: make(empty()), crowd: make(crowd()), broken: build("broken") };
  for (const [name, site] of Object.entries(sites)) cpSync(site, join(folder, name), { recursive: true, filter: (path) => !/\/data\/20|\.json$|\.atom$|embed/.test(path) });
  const files = execFileSync("find", [folder, "-name", "*.html", "-o", "-name", "*.css"], { encoding: "utf8", maxBuffer: 1e8 }).trim().split("\n");
  // Good days look alike; some of them are enough.
  const some = files.filter((file, index) => !/history\/\d{4}-\d\d-\d\d\//.test(file) || index % 9 === 0 || /2026-11-(18|22)/.test(file));
  assert.ok(some.length > 100, `${some.length} files`);
  const checked = spawnSync("java", ["-jar", jar, "--also-check-css", "--also-check-svg", "--format", "text", "--filterpattern", ".*violates Content Security Policy.*", ...some], { encoding: "utf8", maxBuffer: 1e8 });
  assert.equal(checked.error, undefined);
  assert.equal(checked.stderr.replaceAll(folder, "").split("\n").slice(0, 20).join("\n"), "Document checking completed. No errors found.\n");
  assert.equal(checked.status, 0);
});

test("the style sheet of the second theme is valid too", () => {
  const checked = spawnSync("java", ["-jar", jar, "--also-check-css", join(root, "themes/terminal/style.css")], { encoding: "utf8" });
  assert.equal(checked.stderr, "");
});
