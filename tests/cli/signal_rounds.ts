/**
 * Two signals, 0 to 60 ms apart, at any moment of a run that trains, saves and measures: the process ends by the
 * signal's exit code or by 0, never in the engine, and the run goes on. By itself it does as many rounds as are asked
 * for: deno run -P=tests tests/cli/signal_rounds.ts 500
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { withTemporaryFolder } from "../support.ts";
import { NARROW, start } from "./command.ts";

/** Every epoch saves, tests, writes a checkpoint and takes every metric of it. */
const FRESH = [
  ...["train", "Drawn10", "--per-class", "8", "--batch-size", "16", "--lr", "0.02", "--epochs", "12"],
  ...NARROW,
  ...["--checkpoints", "1,2,3,4,5,6,7,8,9,10,11,12", "--run", "tiny", "--measure", "--metrics", "all"],
  ...["--save-seconds", "0"],
];
const RESUME = ["train", "Drawn10", "--run", "tiny", "--resume", "--measure", "--save-seconds", "0"];
/** What the first line of training ends with. */
const TRAINING = "in runs/tiny";
/** Milliseconds from the start of training within which the first signal comes, and then the second. */
const FIRST_WITHIN = 2500;
const SECOND_WITHIN = 60;
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
type SignalName = keyof typeof SIGNALS;

/** How often a round ended with each exit code. */
export type ExitCodes = Map<number, number>;

/** Does `rounds`. Throws, with what the process said, at the first that ends with a code which none of the signals has. */
export async function signalRounds(rounds: number, onRound?: (codes: ExitCodes) => void): Promise<ExitCodes> {
  const random = xoroshiro128plus(5);
  const below = (limit: number) => (random.next() >>> 0) % limit;
  const anySignal = (): SignalName => below(2) === 0 ? "SIGINT" : "SIGTERM";
  const codes: ExitCodes = new Map();
  await withTemporaryFolder(async (folder) => {
    let begun = false;
    for (let round = 1; round <= rounds; round++) {
      const running = start(folder, begun ? RESUME : FRESH);
      await running.saying(TRAINING);
      let ended = false;
      running.process.status.then(() => ended = true);
      const [first, second] = [anySignal(), anySignal()];
      await pause(below(FIRST_WITHIN));
      if (!ended) running.process.kill(first);
      await pause(below(SECOND_WITHIN));
      if (!ended) running.process.kill(second);
      const { code, stderr } = await running.finished;
      if (![0, SIGNALS[first], SIGNALS[second]].includes(code)) {
        throw new Error(`round ${round}: ${first} and ${second} ended with exit code ${code}:\n${stderr}`);
      }
      codes.set(code, (codes.get(code) ?? 0) + 1);
      begun = code !== 0;
      if (!begun) await Deno.remove(`${folder}/runs`, { recursive: true });
      onRound?.(codes);
    }
  });
  return codes;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

if (import.meta.main) {
  const rounds = Number(Deno.args[0]);
  if (!(rounds >= 1)) throw new Error(`expected a number of rounds, found ${Deno.args[0] ?? "none"}`);
  const inWords = (codes: ExitCodes) => [...codes].map(([code, n]) => `${n} with ${code}`).join(", ");
  const codes = await signalRounds(rounds, (codes) => {
    const done = [...codes.values()].reduce((sum, n) => sum + n);
    if (done % 50 === 0) console.error(`${done} rounds: ${inWords(codes)}`);
  });
  console.log(`${rounds} rounds of two signals, none ended otherwise: ${inWords(codes)}`);
}
