/** Runs the script argv[0] in Chromium and prints what it says first. */
import { chromium } from "playwright-core";
import { CHROMIUM, findProgram, pathOf, QUIET } from "../programs.ts";

const browser = await chromium.launch({ executablePath: pathOf(findProgram(CHROMIUM)!), args: QUIET });
try {
  const page = await browser.newPage();
  const said = page.waitForEvent("console");
  await page.addScriptTag({ content: await Deno.readTextFile(Deno.args[0]!), type: "module" });
  console.log((await said).text());
} finally {
  await browser.close();
}
