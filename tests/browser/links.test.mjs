// Every link of a built site leads somewhere, under a root and under a sub-path; feeds are
// read by a foreign reader.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LinkChecker } from "linkinator";
import Parser from "rss-parser";
import { build, serve } from "./support.mjs";

for (const prefix of ["/", "/acme/status/"]) {
  for (const name of ["calm", "trouble", "broken", "empty"]) {
    test(`links of ${name} below ${prefix}`, async () => {
      const site = await serve(build(name), prefix);
      const origin = new URL(site.url).origin;
      // Links to elsewhere, and the page's own published address, cannot be followed here.
      const linksToSkip = async (link) => !link.startsWith(origin);
      const result = await new LinkChecker().check({ path: site.url, recurse: true, linksToSkip });
      const broken = result.links.filter((link) => link.state === "BROKEN").map((link) => `${link.parent} -> ${link.url}`);
      assert.deepEqual(broken, []);
      const followed = result.links.filter((link) => link.state === "OK").length;
      assert.ok(followed > 10, `only ${followed} links were followed`);
      site.close();
    });
  }
}

test("a foreign reader reads the feed", async () => {
  const feed = await new Parser().parseString(readFileSync(`${build("calm")}/feed.atom`, "utf8"));
  assert.equal(feed.title, "Acme Status");
  assert.deepEqual(feed.items.map((item) => item.title), [
    "Postmortem: Login slow & sometimes <failing>",
    "Resolved: Login slow & sometimes <failing>",
    "Investigating: Login slow & sometimes <failing>",
    "Scheduled maintenance: Database upgrade",
  ]);
  assert.equal(new Set(feed.items.map((item) => item.id)).size, 4);
  assert.match(feed.items[1].content, /href="https:\/\/acme\.example\/status\/history\/"/);
});
