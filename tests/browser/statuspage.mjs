// The shape of the public Statuspage API, for tests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { root } from "./support.mjs";

const ENDPOINTS = ["summary", "status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances", "scheduled-maintenances/upcoming", "scheduled-maintenances/active"];
const ajv = formats(new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }));
ajv.addSchema(JSON.parse(readFileSync(join(root, "tests/clients/statuspage.schema.json"), "utf8")), "statuspage");

/** What is wrong with the answers in a published folder; nothing if every key is there and no other. */
export function mistakes(folder) {
  const found = [];
  for (const name of ENDPOINTS) {
    const shape = name.startsWith("scheduled") ? "scheduled-maintenances" : name.split("/")[0];
    const valid = ajv.getSchema(`statuspage#/$defs/${shape}.json`);
    if (!valid(JSON.parse(readFileSync(join(folder, `api/v2/${name}.json`), "utf8")))) found.push([name, valid.errors.slice(0, 3)]);
  }
  return found;
}
