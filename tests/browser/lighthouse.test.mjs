// Lighthouse, as a phone and as a desk: everything but its speed score, which moves with the load of
// the machine; what it would complain of is bounded by bytes in weight.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import lighthouse, { desktopConfig } from "lighthouse";
import { NOW, calm, later, make, trouble } from "./scenarios.mjs";
import { launch, serve } from "./support.mjs";

const PORT = 9333;
let browser;
const sites = {};

before(async () => {
  browser = await launch([`--remote-debugging-port=${PORT}`]);
  // Lighthouse has the clock of the machine, by which the page shall be fresh.
  const now = new Date();
  for (const [name, files] of Object.entries({ calm: calm(), trouble: trouble() })) {
    sites[name] = await serve(make(later(files, now - new Date(NOW)), { now: now.toISOString().replace(/\.\d+/, "") }));
  }
  const days = (await (await fetch(`${sites.calm.url}sitemap.xml`)).text()).match(/history\/\d{4}-\d\d-\d\d\//g);
  [PAGES[3][1]] = days.slice(-3);
});

after(async () => {
  await browser.close();
  for (const site of Object.values(sites)) site.close();
});

const PAGES = [["trouble", ""], ["trouble", "components/website/"], ["trouble", "incidents/2026-11-22-website/"], ["calm", "a day"], ["calm", "maintenance/database/"], ["calm", "how-we-measure/"]];

for (const [form, config] of [["phone", undefined], ["desk", desktopConfig]]) {
  for (const page of PAGES) {
    test(`lighthouse, ${form}: ${page[0]} ${page[1] || "home"}`, async () => {
      const [site, path] = page;
      const options = { port: PORT, onlyCategories: ["accessibility", "best-practices", "seo"], onlyAudits: ["cumulative-layout-shift"], logLevel: "error" };
      const { lhr } = await lighthouse(sites[site].url + path, options, config);
      const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 1 && audit.scoreDisplayMode === "binary");
      const scores = Object.fromEntries(Object.values(lhr.categories).map((one) => [one.id, one.score * 100]));
      assert.deepEqual(scores, { accessibility: 100, "best-practices": 100, seo: 100 }, failed.map((audit) => `${audit.id}: ${JSON.stringify(audit.details?.items?.[0] ?? {}).slice(0, 200)}`).join("\n"));
      assert.equal(lhr.audits["cumulative-layout-shift"].numericValue, 0);
    });
  }
}
