// The JSON Schemas that editors read, held against every file that is right and every mistake of the corpus.
// The YAML is parsed by the parser of the language server that VS Code and most editors use.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv";
import { parseDocument } from "yaml";
import { crowd, empty, states } from "./scenarios.mjs";
import { binary, root } from "./support.mjs";

const FOLDERS = { incidents: "incident", maintenance: "maintenance", corrections: "correction", pages: "page" };
const ajv = new Ajv({ strict: true, strictTypes: true, strictRequired: false, allErrors: true });
const schemas = {}, validators = {};
for (const name of ["probes", ...Object.values(FOLDERS)]) {
  schemas[name] = JSON.parse(execFileSync(binary, ["schema", name], { encoding: "utf8" }));
  validators[name] = ajv.compile(schemas[name]);
}

/** What an editor would mark in a text, of the schema `name`. */
function marks(name, text) {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return document.errors.map((error) => error.message);
  let value;
  try {
    value = document.toJS();
  } catch (error) {
    return [error.message];
  }
  return validators[name](value) ? [] : validators[name].errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

/** The schema of a file of a site and what it looks at there; none where it looks at nothing. */
function part(path, text) {
  if (path === "probes.yaml") return ["probes", text];
  const name = FOLDERS[/^content\/(\w+)\/.*\.md$/.exec(path)?.[1]];
  const front = /^\uFEFF?---[^\S\n]*\r?\n(.*?)^---[^\S\n]*\r?$/ms.exec(text)?.[1];
  return name && front !== undefined ? [name, front] : null;
}

/** The marks in the files of a site: path and text. */
const marksOf = (files) => files.flatMap(([path, text]) => (part(path, text) ? marks(...part(path, text)).map((mark) => `${path}: ${mark}`) : []));

const filesBelow = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
/** The files of a site that people write. */
function site(folder) {
  const content = existsSync(join(folder, "content")) ? filesBelow(join(folder, "content")) : [];
  return [join(folder, "probes.yaml"), ...content].map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]);
}

test("sites that are right have no mark", () => {
  const folder = mkdtempSync(join(tmpdir(), "aboveboard-"));
  execFileSync(binary, ["init", "--quiet", join(folder, "new")]);
  const places = ["tests/sites/calm", "tests/sites/empty", "tests/sites/trouble", "."].map((path) => join(root, path).replace(/\/$/, ""));
  let count = 0;
  for (const place of [...places, join(folder, "new")]) {
    const files = site(place);
    count += files.filter((file) => part(...file)).length;
    assert.deepEqual(marksOf(files), [], place);
  }
  assert.ok(count >= 15, `only ${count} files were looked at`);
  for (const files of [...Object.values(states()), crowd(), empty()]) assert.deepEqual(marksOf(Object.entries(files)), []);
  for (const path of ["src/commands/init/probes.yaml", "src/commands/demo/probes.yaml"]) {
    // The demo puts addresses in, some with a scheme and some behind one.
    const text = readFileSync(join(root, path), "utf8").replace(/"@[A-Z]+@"/g, '"http://127.0.0.1:1/"').replace(/@[A-Z]+@/g, "127.0.0.1:1");
    assert.deepEqual(marks("probes", text), [], path);
  }
});

test("every example of docs/probes.md has no mark", () => {
  const examples = [...readFileSync(join(root, "docs/probes.md"), "utf8").matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1]);
  assert.ok(examples.length >= 12, `only ${examples.length} examples`);
  for (const example of examples) {
    const head = "site: { title: Acme, url: https://status.acme.example }\n";
    const text = example.startsWith("- ")
      ? `${head}components:\n  - id: api\n    probes:\n${example.replace(/^(?=.)/gm, "      ")}`
      : `${head}${example}components: [{ id: api }]\n`;
    assert.deepEqual(marks("probes", text), [], example);
  }
});

/** Where the readers take more than one would think. */
const RIGHT = {
  probes: [
    "site: { title: A, url: https://a.example, theme: acme, notice: }\ngroups:\ncomponents: [{ id: api, probes: }]",
    "site: { title: A, url: https://a.example, theme: { font: '\"Open Sans\", sans-serif', dark: { link: '#FFF' } } }\ncomponents: [{ id: api, down_when: 2, since: 2026-01-31 }]",
    "site: { title: A, url: https://a.example, languages: [en, pt-BR] }\ncomponents: [{ id: api, probes: [{ url: '${URL}', method: POST, expect: { status: 200, rcode: NXDOMAIN } }] }]",
    "site: { title: A, url: https://a.example }\ncomponents: [{ id: api, probes: [{ url: 'https://${HOST}/x', auth: , headers: { A: '${B:-c}', D: '$${e' }, expect: { status: ['2xx', 301, '400-404'], json: { '$.a[0]': 5, '$.b': true, '$.c': '< 1e3', '$.d': '> ${LEAST}' } } }] }]",
    "site: { title: A, url: https://a.example }\ncomponents: [{ id: api, probes: [{ statuspage: '${VENDOR}' }, { heartbeat: { file: '${STAMP}', url: , max_age: 1500ms } }] }]",
  ],
  incident: ["title: 500\nimpact:\naffected: { api: operational }\nstarted: 2026-11-22T10:05:00Z"],
  maintenance: ["title: A\ncomponents: []\nstart: 2026-11-22 10:05 Europe/London\nend:\nduration: 90m\nrepeat: freq=monthly;byday=2TU\nexcept: [2026-12-25]"],
  correction: ["components: [api]\nfrom: 2026-11-22 10:05\nuntil: 2026-11-22 10:05:30 +01:00"],
  page: ["title: A"],
};

test("what the readers take, the schemas take", () => {
  for (const [name, texts] of Object.entries(RIGHT)) {
    for (const text of texts) assert.deepEqual(marks(name, text), [], text);
  }
});

/** What nobody sees in one value of YAML, and the mistakes of the corpus that are of this kind. */
const UNSEEN = {
  "no mistake, or a doubt": ["fine-bom-and-crlf.txt", "incident-time-without-zone.txt"],
  "text below the front matter": ["correction-no-reason.txt", "incident-bad-date.txt", "incident-heading-attributes.txt", "incident-heading-is-no-update.txt", "incident-misspelt-update.txt", "incident-no-date.txt", "incident-no-update.txt", "incident-unknown-zone.txt", "incident-unreadable-date.txt", "incident-update-out-of-order.txt", "maintenance-unknown-update.txt"],
  "no front matter to look at": ["incident-empty-file.txt", "incident-missing-fence.txt", "incident-open-fence.txt"],
  "the path of a file": ["content-in-no-folder.txt", "incident-file-name.txt", "incident-same-name.txt", "page-called-a-language.txt", "page-called-headers.txt", "page-taken-address.txt", "page-with-dot.txt"],
  "an id that must exist": ["config-group-without-groups.txt", "config-unknown-group.txt", "incident-unknown-component.txt"],
  "ids that must differ": ["config-duplicate-id.txt", "config-duplicate-probe-id.txt"],
  "how many entries another key has": ["config-down-when-unreachable.txt"],
  "the calendar": ["config-bad-since.txt"],
  "which of two times is first": ["correction-ends-before.txt", "incident-started-too-late.txt", "maintenance-end-before-start.txt"],
  "the days of a rule": ["maintenance-except-after-until.txt", "maintenance-except-all.txt", "maintenance-repeat-over-before-it-begins.txt", "maintenance-repeat-start-not-named.txt"],
  "the parts of a rule": ["maintenance-repeat-unknown-part.txt"],
  "the names of time zones": ["config-unknown-timezone.txt"],
  "another language of regular expressions": ["config-probe-bad-regex.txt", "config-probe-look-around.txt"],
  "decimals, which validators divide as binary fractions": ["config-uptime-too-fine.txt"],
  "the machine that probes": ["config-probe-ca-missing.txt", "config-probe-exec-not-allowed.txt", "config-probe-missing-variable.txt"],
  "the bytes of a file": ["config-not-utf8.txt", "incident-not-utf8.txt"],
};

test("every mistake in the configuration and in a front matter is marked, but for those that no schema sees", () => {
  const folder = join(root, "tests/mistakes");
  const names = readdirSync(folder).filter((name) => /^(config|content|correction|fine|incident|maintenance|page)-/.test(name));
  assert.ok(names.length >= 100, `only ${names.length} mistakes`);
  const unmarked = names.filter((name) => {
    const [given] = readFileSync(join(folder, name), "utf8").split("== expected\n");
    const files = given.split(/^== /m).slice(1).map((one) => {
      const [, path, is_escaped, body] = /^(.*?)( \(escaped\))?\n(.*)$/s.exec(one);
      return [path, is_escaped ? unescape(body.replace(/\n+$/, "")) : body];
    });
    return marksOf(files).length === 0;
  });
  // One that is marked all the same must leave the list.
  assert.deepEqual(unmarked.sort(), Object.values(UNSEEN).flat().sort());
});

/** `\xNN`, `\r`, `\t` and `\n` are bytes. */
function unescape(text) {
  const bytes = text.replace(/\\x(..)|\\([rtn])/g, (_, code, letter) => (code ? String.fromCharCode(parseInt(code, 16)) : { r: "\r", t: "\t", n: "\n" }[letter]));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

test("every key of a schema says what it means", () => {
  let count = 0;
  const walk = (schema, path) => {
    for (const [key, value] of Object.entries(schema?.properties ?? {})) {
      count += 1;
      assert.match(value.description ?? "", /^.{5,200}[.)]$/s, `${path}/${key}`);
      walk(value, `${path}/${key}`);
    }
    for (const below of [schema?.items, ...(schema?.anyOf ?? [])].filter((one) => one?.description)) walk(below, path);
  };
  for (const [name, schema] of Object.entries(schemas)) walk(schema, name);
  assert.ok(count >= 100, `only ${count} keys`);
});
