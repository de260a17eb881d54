/** What README shows first: collapse moving, and a report that answers. */
import assert from "node:assert/strict";
import { test } from "./support.ts";

const ROOT = new URL("../", import.meta.url);

test("README begins with a moving picture and links a report that answers", ["read"], async () => {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const [, picture] = /!\[[^\]]*\]\(([^)]+)\)/.exec(text.slice(0, text.indexOf("\n## "))) ?? [];
  assert.ok(picture !== undefined, "expected a picture before the first section, found none");
  assert.match(await Deno.readTextFile(new URL(picture, ROOT)), /<animate|@keyframes/);
  const reports = [...text.matchAll(/\]\((reports\/[^)#]+\.html)\)/g)].map(([, path]) => path!);
  assert.ok(reports.length > 0, "expected a link to a report, found none");
  for (const path of reports) {
    assert.match(await Deno.readTextFile(new URL(path, ROOT)), /<script type="application\/json" id="data">/);
  }
});
