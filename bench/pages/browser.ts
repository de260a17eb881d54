/// <reference lib="dom" />
/** Pages as a reader's browser opens them, by the clock: `deno run -A bench/pages/browser.ts PAGE...` prints JSON, one Opened a page. */
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { CHROMIUM, findProgram, pathOf, QUIET } from "../../tests/programs.ts";

export interface Opened {
  /** Of the browser. */
  readonly version: string;
  /** Seconds from asking for the page to the frame that shows its first figure, to which it was scrolled. */
  readonly openSeconds: number;
  /** Milliseconds from each move of the pointer over a figure to the frame that shows its answer. */
  readonly answers: readonly number[];
}

/** Places along a figure that the pointer visits. */
const MOVES = 60;

if (import.meta.main) {
  const program = findProgram(CHROMIUM);
  if (program === null) throw new Error(`expected ${CHROMIUM.join(" or ")}, found none`);
  const browser = await chromium.launch({ executablePath: pathOf(program), args: QUIET });
  try {
    const opened: Opened[] = [];
    for (const path of Deno.args) opened.push(await open(browser, path));
    console.log(JSON.stringify(opened));
  } finally {
    await browser.close();
  }
}

async function open(browser: Browser, path: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  const start = performance.now();
  await page.goto(`file://${path}`);
  await page.waitForSelector("[data-ready]", { state: "attached" });
  const place = await firstFigure(page);
  const openSeconds = (performance.now() - start) / 1000;
  const answers = await place.evaluate(answersOf, MOVES);
  await page.close();
  return { version: browser.version(), openSeconds, answers };
}

/** Brings the first figure onto the screen, where it is drawn; those of definitions are in rows that are opened. */
async function firstFigure(page: Page): Promise<Locator> {
  await page.evaluate(() => document.querySelector("details.row")?.setAttribute("open", ""));
  const place = page.locator(".drawing[data-figure]").first();
  await place.scrollIntoViewIfNeeded();
  await place.locator("svg.layer").waitFor({ state: "attached" });
  await shown(page);
  return place;
}

/** Two frames on: the first may have begun before. */
async function shown(page: Page): Promise<void> {
  await page.evaluate(() =>
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  );
}

/** Milliseconds that each of some moves of the pointer takes; runs in the page. A task behind a frame runs when that frame is laid out and painted. */
export async function answersOf(place: HTMLElement | SVGElement, moves: number): Promise<number[]> {
  const { left, top, width, height } = place.getBoundingClientRect();
  const answers: number[] = [];
  for (let i = 0; i < moves; i++) {
    const before = performance.now();
    place.dispatchEvent(
      new PointerEvent("pointermove", {
        clientX: left + width * (0.15 + 0.7 * ((i * 7) % moves) / moves),
        clientY: top + height / 2,
        bubbles: true,
      }),
    );
    await new Promise<void>((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      })
    );
    answers.push(performance.now() - before);
  }
  return answers;
}
