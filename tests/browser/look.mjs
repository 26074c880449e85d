// Pictures of pages for a person to look at: `node tests/browser/look.mjs FOLDER [FILTER]`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { NOW, calm, crowd, empty, make, trouble } from "./scenarios.mjs";
import { launch, open, serve } from "./support.mjs";

const folder = process.argv[2] ?? "/tmp/look";
const filter = new RegExp(process.argv[3] ?? ".");
mkdirSync(folder, { recursive: true });
const PAGES = {
  home: "", component: "components/website/", "component-payments": "components/payments/", incident: "incidents/2026-11-18-payments/",
  day: "history/2026-11-18/", history: "history/", month: "history/2026-11/", maintenance: "maintenance/patches/",
  subscribe: "subscribe/", embed: "embed/", measure: "how-we-measure/", data: "data/", missing: "404.html",
};
const BAD = { ...PAGES, "incident-open": "incidents/2026-11-22-website/", "maintenance-now": "maintenance/webhooks/", "day-now": "history/2026-11-22/" };
const browser = await launch();
for (const [site, files, pages] of [["calm", calm, PAGES], ["trouble", trouble, BAD], ["empty", empty, { home: "" , component: "components/website/" }], ["crowd", crowd, { home: "" }]]) {
  const wanted = Object.entries(pages).filter(([name]) => [390, 768, 1280].some((width) => ["light", "dark"].some((scheme) => filter.test(`${site}-${name}-${width}-${scheme}`))));
  if (wanted.length === 0) continue;
  const server = await serve(make(files()));
  for (const [name, path] of wanted) {
    for (const width of [390, 768, 1280]) {
      for (const colorScheme of ["light", "dark"]) {
        const shot = `${site}-${name}-${width}-${colorScheme}`;
        if (!filter.test(shot)) continue;
        const page = await open(browser, server.url + path, { colorScheme, viewport: { width, height: 900 } }, NOW);
        await page.screenshot({ path: join(folder, `${shot}.png`), fullPage: true });
        if (page.troubles.length > 0) console.log(shot, page.troubles);
        await page.context().close();
      }
    }
  }
  server.close();
}
await browser.close();
