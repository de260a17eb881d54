/** A page of a training under way, open in Chromium until standard input ends: `deno run -A bench/pages/listen.ts ADDRESS`. */
import { chromium } from "playwright-core";
import { CHROMIUM, findProgram, pathOf, QUIET } from "../../tests/programs.ts";

const [address] = Deno.args;
const program = findProgram(CHROMIUM);
if (address === undefined || program === null) {
  throw new Error(`expected an address and ${CHROMIUM.join(" or ")}, found ${address} and ${program}`);
}
const browser = await chromium.launch({ executablePath: pathOf(program), args: QUIET });
try {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  await page.goto(address);
  await page.waitForSelector("[data-ready]", { state: "attached" });
  console.log("listening");
  await Deno.stdin.readable.pipeTo(new WritableStream());
  // What the page says at the end shows that it followed.
  console.log(await page.locator('[data-fact="Epoch"]').textContent());
} finally {
  await browser.close();
}
