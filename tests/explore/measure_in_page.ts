/// <reference lib="dom" />
/** Measures the files argv in the site, opened from disk in Chromium, and prints the values of the first epoch as JSON. */
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { sitePage } from "../../src/cli/site.ts";
import { CHROMIUM, findProgram, pathOf, QUIET } from "../programs.ts";
import { withTemporaryFolder } from "../support.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

await withTemporaryFolder(async (folder) => {
  await Deno.writeTextFile(`${folder}/index.html`, await sitePage(ROOT));
  const browser = await chromium.launch({ executablePath: pathOf(findProgram(CHROMIUM)!), args: QUIET });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(`${folder}/index.html`).href);
    await page.setInputFiles("#files", Deno.args);
    await page.waitForFunction(() =>
      /^(not )?measured/.test(document.getElementById("status")!.textContent!)
    );
    const said = await page.textContent("#status");
    if (said !== "measured") throw new Error(said ?? "the page said nothing");
    const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
    const { measurements: [{ values }] } = JSON.parse(await Deno.readTextFile(await saved.path()));
    console.log(JSON.stringify(values));
  } finally {
    await browser.close();
  }
});
