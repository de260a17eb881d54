/**
 * kill -9 of random workers of a study, and pauses longer than the lease: in the end every cell is done, none of them
 * twice, and all files are those of a study that nobody disturbed.
 */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { filesBelow, type Running, runTool, start } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { withTemporaryFolder } from "../support.ts";
import type { CampaignOptions } from "./campaign.ts";
import { requireWords } from "./refusal.ts";
import { requireSameFiles } from "./whole_run.ts";

/** Kills that a study bears, and the cells that it has for them; further kills are another study's. */
const KILLS = 20;
const CELLS_A_KILL = 2;
/** Seconds. */
const LEASE = 4;
/** Commands that share the folder as several machines would, and the workers of each. */
const COMMANDS = 2;
const WORKERS = 2;
/** Every so many kills, another worker is paused. */
const PAUSE_EVERY = 5;
/** Milliseconds from one kill to the next. */
const BETWEEN = 2500;
const STUDY = ["study", "grid.yaml", "--threads", "1"];

function studyText(cells: number): string {
  return `
name: grid
dataset: Drawn10
parameters:
  lr: {min: 0.01, max: 0.1, points: ${cells / 2}, distribution: log_uniform}
  channels: {value: 16}
  per-class: {value: 2}
  epochs: {value: 3}
  checkpoints: {value: [1, 3]}
seeds: 2
measure: [NC1]
`;
}

export async function studies({ count, seed, tell }: CampaignOptions): Promise<string> {
  const random = xoroshiro128plus(seed);
  const below = (most: number) => uniformInt(random, 0, most - 1);
  let [kills, cells, begun] = [0, 0, 0];
  while (kills < count) {
    const most = Math.min(KILLS, count - kills);
    const size = Math.max(4, most * CELLS_A_KILL);
    await inStudy(size, async (whole) => {
      const undisturbed = await runWithin(whole, STUDY);
      assert.equal(undisturbed.code, 0, undisturbed.stderr);
      await inStudy(size, async (folder) => {
        const disturbed = await disturb(folder, {
          most,
          below,
          tell: (done) => tell(`${kills + done} kills`),
        });
        kills += disturbed.killed.size;
        begun += await requireEachOnce(folder, size, disturbed);
        await requireSameFiles(`${folder}/runs/grid`, `${whole}/runs/grid`, isOfCells);
      });
    });
    cells += size;
  }
  return `${kills} kills: ${cells} cells, for which ${begun} trainings were begun; every cell done, none twice, and all ` +
    "files those of studies that nobody disturbed";
}

async function inStudy(cells: number, body: (folder: string) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/grid.yaml`, studyText(cells));
    await body(folder);
  });
}

/** What came to pass while a study was disturbed. */
interface Disturbed {
  /** Processes. */
  readonly killed: ReadonlySet<number>;
  /** What all commands said. */
  readonly said: readonly string[];
}

/** Kills workers until `most` of them are or all cells are done; returns once nobody is at work. */
async function disturb(
  folder: string,
  { most, below, tell }: { most: number; below: (most: number) => number; tell: (kills: number) => void },
): Promise<Disturbed> {
  const begin = () => start(folder, [...STUDY, ...workers(WORKERS)]);
  const running = Array.from({ length: COMMANDS }, begin);
  const said: string[] = [];
  const killed = new Set<number>();
  for (let turn = 1; killed.size < most; turn++) {
    await pause(below(BETWEEN));
    const [victim, other] = await twoOf(running, below);
    if (victim !== undefined && signal(victim, "SIGKILL")) killed.add(victim);
    if (turn % PAUSE_EVERY === 0 && other !== undefined && signal(other, "SIGSTOP")) {
      await pause(1500 * LEASE);
      signal(other, "SIGCONT");
    }
    tell(killed.size);
    for (const [place, command] of running.entries()) {
      const ended = await Promise.race([command.finished, pause(1)]);
      if (ended === undefined) continue;
      requireWords({ ...ended, code: 0 });
      said.push(ended.stderr);
      running[place] = begin();
      // Every cell is done: there is nobody left to kill.
      if (ended.code === 0) most = 0;
    }
  }
  for (const { finished } of running) said.push((await finished).stderr);
  const last = await runTool(folder, [...STUDY, ...workers(COMMANDS * WORKERS)]);
  assert.equal(last.code, 0, last.stderr);
  return { killed, said: [...said, last.stderr] };
}

function workers(count: number): string[] {
  return ["--workers", String(count), "--attempts", "99", "--lease", String(LEASE)];
}

/** Two different workers of these commands, or fewer. */
async function twoOf(commands: readonly Running[], below: (most: number) => number): Promise<number[]> {
  const parents = commands.map(({ process }) => process.pid).join();
  const { stdout } = await new Deno.Command("pgrep", { args: ["-P", parents] }).output();
  const pids = new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "").map(Number);
  const first = pids.splice(below(Math.max(1, pids.length)), 1);
  return [...first, ...pids.splice(below(Math.max(1, pids.length)), 1)];
}

/** False where the process has ended by itself. */
function signal(pid: number, name: Deno.Signal): boolean {
  try {
    Deno.kill(pid, name);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Throws unless each cell was done once: no end of it was told twice, none failed, a claim without an end is that of a
 * worker that was killed or lost it, and no more trainings were begun than there are cells, kills and losses. (On a
 * crowded machine a worker may be silent for longer than the lease, too.) Returns how many were begun.
 */
async function requireEachOnce(folder: string, cells: number, { killed, said }: Disturbed): Promise<number> {
  const told = said.flatMap((
    text,
  ) => [...text.matchAll(/^\d+\/\d+ {2}(\S+) {2}(begins|goes on|[a-z]+).*$/gm)]);
  const count = (word: RegExp) => told.filter(([, , said]) => word.test(said!));
  const done = count(/^done$/).map(([, cell]) => cell);
  assert.equal(new Set(done).size, done.length, `told to be done twice: ${done.toSorted()}`);
  assert.deepEqual(count(/^failed$/).map(([line]) => line), []);
  const begun = count(/^(begins|goes on)$/).length;
  const lost = count(/^(lost|taken)$/).length;
  assert.ok(
    begun <= cells + killed.size + lost,
    `${begun} trainings of ${cells} cells with ${killed.size} kills and ${lost} losses`,
  );
  const claims = filesBelow(`${folder}/runs/grid`).filter((name) => /\/claim\.\d+$/.test(name));
  let unended = 0;
  for (const name of claims) {
    const [owner = "", , end = ""] = (await Deno.readTextFile(`${folder}/runs/grid/${name}`)).split("\n");
    const pid = Number(/ process (\d+)$/.exec(owner)?.[1]);
    if (!killed.has(pid) && end === "") unended += 1;
  }
  assert.ok(unended <= lost, `${unended} claims that neither ended nor were lost`);
  return begun;
}

/** Files that tell what the cells came to: not who was at them, when, and how long it took. */
function isOfCells(name: string): boolean {
  return !/(^|\/)(claim\.\d+|\.probe|run\.json|study\.csv)$/.test(name);
}

async function pause(ms: number): Promise<undefined> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return undefined;
}
