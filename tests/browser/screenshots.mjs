// Draws docs/screenshots anew: `node tests/browser/screenshots.mjs` after `cargo build`. What a visitor
// sees first of each kind of page, calm and in trouble, on a desk and on a phone.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NOW, calm, make, trouble } from "./scenarios.mjs";
import { launch, open, root, serve } from "./support.mjs";

const shots = join(root, "docs/screenshots");
rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });
const browser = await launch();
const sites = { calm: await serve(make(calm())), trouble: await serve(make(trouble({ languages: "  languages: [en, ar]\n" }))) };
for (const [name, site, path, colorScheme, width, height] of [
  ["home", "trouble", "", "light", 1280, 1250],
  ["home-calm", "calm", "", "light", 1280, 1000],
  ["home-phone", "trouble", "", "light", 390, 844],
  ["home-dark-phone", "trouble", "", "dark", 390, 844],
  ["home-stale-phone", "calm", "", "light", 390, 844],
  ["home-arabic-phone", "trouble", "ar/", "light", 390, 844],
  ["component", "trouble", "components/payments/", "light", 900, 1800],
  ["component-dark-phone", "trouble", "components/website/", "dark", 390, 844],
  ["incident", "calm", "incidents/2026-11-18-payments/", "light", 900, 1500],
  ["incident-phone", "trouble", "incidents/2026-11-22-website/", "light", 390, 844],
  ["day", "calm", "history/2026-11-18/", "light", 900, 1000],
  ["history", "calm", "history/", "dark", 900, 760],
  ["maintenance", "calm", "maintenance/patches/", "light", 900, 700],
]) {
  const at = name.includes("stale") ? "2026-11-22T11:00:00Z" : NOW;
  const page = await open(browser, sites[site].url + path, { colorScheme, viewport: { width, height } }, at);
  const file = join(shots, `${name}.png`);
  await page.screenshot({ path: file });
  // Flat colours need no more than this palette.
  if (existsSync("/usr/bin/convert")) execFileSync("convert", [file, "-strip", "-colors", "128", `PNG8:${file}`]);
  await page.context().close();
}
await browser.close();
process.exit(0);
