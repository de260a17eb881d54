/**
 * Claims on cells: several workers, on several machines that share a folder, never do one cell at a time.
 *
 * A claim is a file `claim.<n>` in the cell's folder that only one worker can create (O_EXCL, which network file systems
 * honour) and that only its owner writes: a byte at every beat, a last line at the end. The highest n counts. Whoever
 * finds the owner's last beat longer ago than the lease creates `claim.<n+1>`; an owner that was away for so long finds
 * it at its next beat and gives up. How long ago a beat was is the difference of two times of modification that the same
 * file system gave (the claim's and a probe's, written for it), so that no clock of a machine is compared with another's.
 */
import { appendToFile, createFile, isThere, makeFolder, overwriteFile } from "../files.ts";

/** How a claim ended. Without an end the worker is at work, or died. */
export type End = "done" | "stopped" | "failed";
const ENDS: readonly End[] = ["done", "stopped", "failed"];

/** What is known of a cell from its claims. */
export interface ClaimState {
  /** Number of claims there were, the one under way included. */
  readonly claims: number;
  /** Whether the owner of the last one has been heard of within the lease. */
  readonly held: boolean;
  /** Whether that owner ended without a word. */
  readonly died: boolean;
  /** Who that was: host and process. */
  readonly owner: string | null;
  /** Claims whose worker failed or died. */
  readonly attempts: number;
  /** Why the last of these ended. */
  readonly reason: string | null;
}

/** A cell that is this worker's until it is disposed. */
export interface Claim extends AsyncDisposable {
  /** Whether the owner before this one ended without a word, in the midst of whatever it did. */
  readonly afterDeath: boolean;
  /** Aborts when another worker took the cell over, or when no beat could be written for the time of the lease. */
  readonly lost: AbortSignal;
  /** Says how it ended; beats end. Does nothing where the claim is lost. */
  end(how: End, reason?: string): Promise<void>;
}

export interface ClaimOptions {
  /** Milliseconds without a beat after which a worker counts as dead. */
  readonly lease: number;
  /** Name of this worker, for those who wait: host and process. */
  readonly owner: string;
}

const PATTERN = /^claim\.(\d+)$/;
const BEAT = ".";
/** Beats in the time of a lease. */
const BEATS = 5;
/** Written by whoever wants to know the time; it stays. */
const PROBE = ".probe";

/** Takes the cell in `folder`, which is created where it is not there; null where another worker has it. */
export async function tryClaim(folder: string, { lease, owner }: ClaimOptions): Promise<Claim | null> {
  await makeFolder(folder);
  const numbers = await claimNumbers(folder);
  const last = numbers.at(-1) ?? 0;
  const before = last === 0 ? null : await readClaim(folder, last);
  if (before !== null && await isHeld(before, lease)) return null;
  const path = `${folder}/claim.${last + 1}`;
  // Where the file is there already, another worker was faster.
  if (!await createFile(path, `${owner}\n`)) return null;
  return { ...hold(folder, last + 1, lease), afterDeath: before !== null && before.end === null };
}

function hold(folder: string, number: number, lease: number): Omit<Claim, "afterDeath"> {
  const path = `${folder}/claim.${number}`;
  const lost = new AbortController();
  let heard = performance.now();
  let beating = Promise.resolve();
  const isMine = async () => !await isThere(`${folder}/claim.${number + 1}`);
  const beat = async () => {
    try {
      if (!await isMine()) return lost.abort(new Error(`another worker took ${folder} over`));
      await appendToFile(path, BEAT);
      heard = performance.now();
    } catch (error) {
      // A file system may be away for a moment; for longer than the lease, the cell may be another's.
      if (performance.now() - heard > lease) lost.abort(error);
    }
  };
  const timer = setInterval(() => beating = beating.then(beat), lease / BEATS);
  const stop = async () => {
    clearInterval(timer);
    await beating;
  };
  return {
    lost: lost.signal,
    async end(how, reason = "") {
      await stop();
      if (lost.signal.aborted || !await isMine()) return;
      await appendToFile(path, `\n${how}${reason === "" ? "" : `: ${reason.replaceAll("\n", " ")}`}\n`);
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** What the claims in a cell's folder say; of a folder that is not there, that there was none. */
export async function claimState(
  folder: string,
  { lease }: Pick<ClaimOptions, "lease">,
): Promise<ClaimState> {
  const numbers = await claimNumbers(folder);
  const claims = await Promise.all(numbers.map((number) => readClaim(folder, number)));
  const last = claims.at(-1) ?? null;
  const held = last !== null && await isHeld(last, lease);
  const bad = claims.filter((claim) =>
    claim.end === "failed" || (claim.end === null && !(held && claim === last))
  );
  return {
    claims: claims.length,
    held,
    died: last !== null && last.end === null && !held,
    owner: last?.owner ?? null,
    attempts: bad.length,
    reason: bad.length === 0 ? null : bad.at(-1)!.reason ?? "its worker ended without a word",
  };
}

async function claimNumbers(folder: string): Promise<number[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.flatMap(({ name }) => PATTERN.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

interface ReadClaim {
  readonly folder: string;
  readonly path: string;
  readonly owner: string;
  readonly end: End | null;
  readonly reason: string | null;
}

async function readClaim(folder: string, number: number): Promise<ReadClaim> {
  const path = `${folder}/claim.${number}`;
  const [owner = "", , last = ""] = (await Deno.readTextFile(path)).split("\n");
  const [, word, reason = null] = /^(\w+)(?:: (.*))?$/.exec(last) ?? [];
  return { folder, path, owner, end: ENDS.find((one) => one === word) ?? null, reason };
}

/** Whether the owner of a cell's last claim is at work, as far as can be heard. */
async function isHeld({ folder, path, end }: ReadClaim, lease: number): Promise<boolean> {
  return end === null && await quietFor(path, folder) <= lease;
}

/** Milliseconds since `path` was last written, by the clock of the file system that holds it. */
async function quietFor(path: string, folder: string): Promise<number> {
  const probe = `${folder}/${PROBE}`;
  await overwriteFile(probe, BEAT);
  const [now, then] = await Promise.all([Deno.stat(probe), Deno.stat(path)]);
  return now.mtime!.getTime() - then.mtime!.getTime();
}
