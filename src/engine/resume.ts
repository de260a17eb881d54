/**
 * What resuming needs, in one file that is whole or not there: the trainer's state, entry by entry as it lists them, and
 * how far the epoch is. It is a .pth file too, so any part of it can be looked at with PyTorch.
 */
import type { Buffer } from "../ffi/network.ts";
import type { StateEntry } from "../ffi/state.ts";
import type { Trainer } from "../ffi/trainer.ts";
import { isThere } from "../files.ts";
import type { StateDict, TensorData } from "../formats/tensor.ts";
import { loadStateDict, MOST_COUNTED, readState, saveStateDict } from "./checkpoint.ts";
import type { Session } from "./session.ts";

/** How far training is. */
export interface Position {
  /** Epoch under way, counted from 1; one more than the protocol's epochs when all is done. */
  readonly epoch: number;
  /** Steps of it that are done. */
  readonly step: number;
  /** Sum of the loss and correct predictions over the images of these steps, and the seconds they took. */
  readonly loss: number;
  readonly correct: number;
  readonly seconds: number;
}

export const START: Position = { epoch: 1, step: 0, loss: 0, correct: 0, seconds: 0 };

const POSITION = "position.";
const REWRITTEN = "plan.rewritten";
/** Before the name of an entry of which native trains other coordinates (native/include/nc.h, nc_trainer_state). */
const LIVE = "live.";

/**
 * Writes all that {@link loadResume} needs to go on exactly from here. The file that it takes the place of is kept
 * under the name `previous` where that is given.
 */
export async function saveResume(
  path: string,
  session: Session,
  trainer: Trainer,
  position: Position,
  { previous }: { previous?: string | undefined } = {},
): Promise<void> {
  const state = readState(trainer);
  state.set(REWRITTEN, scalar(Number(session.rewrite)));
  for (const [key, value] of Object.entries(position)) state.set(POSITION + key, scalar(value));
  await saveStateDict(path, state, { previous });
}

/**
 * Puts network and trainer where the file says; null where there is no file. All that it holds is looked at first: a
 * file that is refused leaves both as they are.
 */
export async function loadResume(path: string, session: Session, trainer: Trainer): Promise<Position | null> {
  if (!await isThere(path)) return null;
  const state = withNamesOfNow(await loadStateDict(path));
  const takeLike = (name: string, like: Like): TensorData => {
    const tensor = state.get(name);
    if (tensor === undefined && name.startsWith(LIVE)) {
      throw new Error(
        `${path}: expected ${name}, found none, as an earlier version saves it; go on with that version, or train anew`,
      );
    }
    if (tensor === undefined) throw new Error(`${path}: expected what training saved, found no ${name}`);
    requireLike(path, name, tensor, like);
    state.delete(name);
    return tensor;
  };
  const number = (name: string, check: NumberCheck): number => {
    const value = Number(takeLike(name, { dtype: "float64", shape: [] }).data[0]);
    if (check.holds(value)) return value;
    throw new Error(`${path}: expected ${name} to be ${check.words}, found ${value}`);
  };
  requireSamePlan(path, Boolean(number(REWRITTEN, FLAG)), session.rewrite);
  const position: Position = {
    epoch: number(POSITION + "epoch", EPOCH),
    step: number(POSITION + "step", COUNT),
    loss: number(POSITION + "loss", AMOUNT),
    correct: number(POSITION + "correct", COUNT),
    seconds: number(POSITION + "seconds", AMOUNT),
  };
  const entries = trainer.entries().map((entry) => {
    const tensor = takeLike(entry.name, entry);
    requireValues(path, entry, tensor);
    return [entry.name, tensor] as const;
  });
  const [unknown] = state.keys();
  if (unknown !== undefined) {
    throw new Error(`${path}: expected nothing but what training saves, found ${unknown}, too`);
  }
  for (const [name, { data }] of entries) trainer.write(name, data as Buffer);
  return position;
}

/** States that were saved by the names of before, and with the count of steps as a float64, are still read. */
function withNamesOfNow(state: StateDict): StateDict {
  const renamed = { "pending.map": "lazy_decay.map", "pending.steps": "steps" };
  for (const [before, now] of Object.entries(renamed)) {
    const tensor = state.get(before);
    if (tensor === undefined || state.has(now)) continue;
    state.delete(before);
    const count = Number(tensor.data[0]);
    const counts = now === "steps" && tensor.dtype === "float64" && Number.isSafeInteger(count);
    state.set(now, counts ? { ...tensor, dtype: "int64", data: BigInt64Array.of(BigInt(count)) } : tensor);
  }
  return state;
}

/** What a number of the file must be. */
interface NumberCheck {
  readonly words: string;
  readonly holds: (value: number) => boolean;
}

const FLAG: NumberCheck = { words: "0 or 1", holds: (value) => value === 0 || value === 1 };
const COUNT: NumberCheck = {
  words: "an integer of at least 0",
  holds: (value) => Number.isSafeInteger(value) && value >= 0,
};
const EPOCH: NumberCheck = {
  words: "an integer of at least 1",
  holds: (value) => Number.isSafeInteger(value) && value >= 1,
};
const AMOUNT: NumberCheck = {
  words: "a finite number of at least 0",
  holds: (value) => Number.isFinite(value) && value >= 0,
};

type Like = Pick<TensorData, "dtype" | "shape">;

function requireLike(path: string, name: string, found: Like, expected: Like): void {
  if (found.dtype === expected.dtype && found.shape.join() === expected.shape.join()) return;
  const words = ({ dtype, shape }: Like) => `${dtype} of shape (${shape.join(", ")})`;
  throw new Error(`${path}: expected ${name} to be ${words(expected)}, found ${words(found)}`);
}

function requireValues(path: string, { name, values }: StateEntry, { data }: TensorData): void {
  if (values === "finite" && !(data as Float64Array).every(Number.isFinite)) {
    throw new Error(`${path}: expected finite numbers in ${name}, found ${data.join(", ")}`);
  }
  if (values === "count" && !(0n <= data[0]! && data[0]! <= MOST_COUNTED)) {
    throw new Error(`${path}: expected ${name} to be a count from 0 to 2⁶², found ${data[0]}`);
  }
}

/** The two plans compute the same function and round differently: a run keeps to one of them. */
function requireSamePlan(path: string, saved: boolean, asked: boolean): void {
  if (saved === asked) return;
  throw new Error(
    saved
      ? `${path}: expected to go on with the rewritten network, found --no-rewrite; leave it out`
      : `${path}: expected to go on with the plain network; add --no-rewrite`,
  );
}

function scalar(value: number): TensorData {
  return { dtype: "float64", shape: [], data: Float64Array.of(value) };
}
