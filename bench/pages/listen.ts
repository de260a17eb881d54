/**
 * A page of a training under way, open in Chromium: `deno run -A bench/pages/listen.ts ADDRESS [SERVER]`, the latter the
 * number of the process that serves it. Answers each line of standard input with a {@link Heard}, and ends with it.
 */
import { chromium } from "playwright-core";
import { CHROMIUM, findProgram, pathOf, QUIET } from "../../tests/programs.ts";
import { lines } from "../lines.ts";

export interface Heard {
  /** What the page says: "3 of 12". */
  readonly epoch: string | null;
  /** Seconds of a processor so far; null where the system does not tell. */
  readonly browser: number | null;
  readonly server: number | null;
}

/** Of a second, in /proc. */
const TICK = 1 / 100;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const [address, server] = Deno.args;
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
    for await (const _ of lines(Deno.stdin.readable)) {
      const spent = processorSeconds();
      const below = spent && belowOf(spent, Deno.pid);
      const heard: Heard = {
        epoch: await page.locator('[data-fact="Epoch"]').textContent(),
        browser: below && below.reduce((sum, { seconds }) => sum + seconds, 0),
        server: spent?.find(({ id }) => id === Number(server))?.seconds ?? null,
      };
      console.log(JSON.stringify(heard));
    }
  } finally {
    await browser.close();
  }
}

interface Spent {
  readonly id: number;
  readonly parent: number;
  readonly seconds: number;
}

/** Of all processes; null where there is no /proc. */
function processorSeconds(): readonly Spent[] | null {
  if (Deno.build.os !== "linux") return null;
  return Array.from(Deno.readDirSync("/proc")).flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = Deno.readTextFileSync(`/proc/${name}/stat`);
      // Behind the name, which may hold anything: state, parent, and from the 12th on user and system time.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
      return [{ id: Number(name), parent: fields[1]!, seconds: TICK * (fields[11]! + fields[12]!) }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** All that a process has started, directly or not. */
function belowOf(spent: readonly Spent[], id: number): readonly Spent[] {
  return spent.filter(({ parent }) => parent === id).flatMap((child) => [child, ...belowOf(spent, child.id)]);
}
