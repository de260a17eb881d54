import assert from "node:assert/strict";
import { linkTo, openPage } from "../../src/cli/page.ts";
import { test, withTemporaryFolder } from "../support.ts";

test("a page's link is an address that can be followed, whatever the folder is called", ["read"], () => {
  assert.equal(linkTo("/a b/ü/index.html"), "file:///a%20b/%C3%BC/index.html");
  assert.ok(linkTo("reports/x/index.html").startsWith("file:///"));
});

test("a page is opened by the system's own command; where that fails, it is said in a line", [
  "read",
  "write",
  "run",
  "env",
], async () => {
  await withTemporaryFolder(async (folder) => {
    assert.deepEqual(await openWith(folder, null), [
      "could not open the report (OPENER: not found on this machine); open its address in a browser: file:///x.html",
    ]);
    assert.deepEqual(await openWith(folder, `echo "$1" > ${folder}/opened`), []);
    assert.equal(await Deno.readTextFile(`${folder}/opened`), "file:///x.html\n");
    assert.deepEqual(await openWith(folder, "exit 3"), [
      "could not open the report (OPENER: exit code 3); open its address in a browser: file:///x.html",
    ]);
  });
});

/** What is printed by opening /x.html on a machine whose only command is the opener, a script if it is there at all. */
async function openWith(folder: string, script: string | null): Promise<string[]> {
  const path = Deno.env.get("PATH")!;
  const { error } = console;
  const printed: string[] = [];
  const opener = Deno.build.os === "darwin" ? "open" : "xdg-open";
  if (script !== null) {
    await Deno.writeTextFile(`${folder}/${opener}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  Deno.env.set("PATH", folder);
  console.error = (text: string) => printed.push(text.replace(opener, "OPENER"));
  try {
    await openPage("/x.html");
  } finally {
    console.error = error;
    Deno.env.set("PATH", path);
  }
  return printed;
}
