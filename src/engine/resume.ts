/**
 * What resuming needs, in one file that is whole or not there: the parameters and buffers as the network holds
 * them, the momentum, what is pending on dead taps, and how far the epoch is. It is a .pth file too, so any
 * part of it can be looked at with PyTorch.
 */
import type { Buffer } from "../ffi/network.ts";
import type { Trainer } from "../ffi/trainer.ts";
import { isThere } from "../files.ts";
import type { StateDict, TensorData } from "../formats/tensor.ts";
import { emptyTensor, loadStateDict, readState, saveStateDict, writeState } from "./checkpoint.ts";
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

const MOMENTUM = "momentum.";
const POSITION = "position.";
const PENDING = "pending.map";
const PENDING_STEPS = "pending.steps";
const REWRITTEN = "plan.rewritten";

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
  const { precision } = session.network;
  const state = readState(
    { precision, read: (name, data) => trainer.readUnsettled(name, data) },
    session.plan,
  );
  for (const entry of parametersOf(session)) {
    const tensor = emptyTensor(entry, precision);
    trainer.readMomentum(entry.name, tensor.data as Buffer);
    state.set(MOMENTUM + entry.name, tensor);
  }
  const { map, steps } = trainer.readPending();
  state.set(PENDING, { dtype: "float64", shape: [2, 2], data: map });
  state.set(PENDING_STEPS, scalar(steps));
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
  const state = await loadStateDict(path);
  const take = (name: string): TensorData => {
    const tensor = state.get(name);
    if (tensor === undefined) throw new Error(`${path}: expected what training saved, found no ${name}`);
    state.delete(name);
    return tensor;
  };
  const takeLike = (name: string, like: Like): TensorData => {
    const tensor = take(name);
    requireLike(path, name, tensor, like);
    return tensor;
  };
  const number = (name: string, check: NumberCheck): number => {
    const value = Number(takeLike(name, { dtype: "float64", shape: [] }).data[0]);
    if (check.holds(value)) return value;
    throw new Error(`${path}: expected ${name} to be ${check.words}, found ${value}`);
  };
  requireSamePlan(path, Boolean(number(REWRITTEN, FLAG)), session.rewrite);
  const { precision } = session.network;
  const momentum: StateDict = new Map(
    parametersOf(session).map((entry) => {
      const { shape } = emptyTensor(entry, precision);
      return [entry.name, takeLike(MOMENTUM + entry.name, { dtype: precision, shape })];
    }),
  );
  const map = takeLike(PENDING, { dtype: "float64", shape: [2, 2] }).data as Float64Array<ArrayBuffer>;
  if (!map.every(Number.isFinite)) {
    throw new Error(`${path}: expected finite numbers in ${PENDING}, found ${map.join(", ")}`);
  }
  const steps = number(PENDING_STEPS, COUNT);
  const position: Position = {
    epoch: number(POSITION + "epoch", EPOCH),
    step: number(POSITION + "step", COUNT),
    loss: number(POSITION + "loss", AMOUNT),
    correct: number(POSITION + "correct", COUNT),
    seconds: number(POSITION + "seconds", AMOUNT),
  };
  writeState(session.network, session.plan, state, path);
  for (const [name, { data }] of momentum) trainer.writeMomentum(name, data as Buffer);
  trainer.writePending({ map, steps });
  return position;
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

/** The two plans compute the same function and round differently: a run keeps to one of them. */
function requireSamePlan(path: string, saved: boolean, asked: boolean): void {
  if (saved === asked) return;
  throw new Error(
    saved
      ? `${path}: expected to go on with the rewritten network, found --no-rewrite; leave it out`
      : `${path}: expected to go on with the plain network; add --no-rewrite`,
  );
}

function parametersOf({ plan }: Session): Session["plan"]["entries"] {
  return plan.entries.filter(({ kind }) => kind === "parameter");
}

function scalar(value: number): TensorData {
  return { dtype: "float64", shape: [], data: Float64Array.of(value) };
}
