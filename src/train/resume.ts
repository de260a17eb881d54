/**
 * What resuming needs, in one file that is whole or not there: the parameters and buffers as the network holds
 * them, the momentum, what is pending on dead taps, and how far the epoch is. It is a .pth file too, so any
 * part of it can be looked at with PyTorch.
 */
import type { Buffer } from "../ffi/network.ts";
import type { Trainer } from "../ffi/trainer.ts";
import { isThere, makeFolder } from "../files.ts";
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

/** Writes all that {@link loadResume} needs to go on exactly from here. */
export async function saveResume(
  path: string,
  session: Session,
  trainer: Trainer,
  position: Position,
): Promise<void> {
  const state = readState(session.network, session.plan);
  for (const entry of parametersOf(session)) {
    const tensor = emptyTensor(entry, session.network.precision);
    trainer.readMomentum(entry.name, tensor.data as Buffer);
    state.set(MOMENTUM + entry.name, tensor);
  }
  const { map, steps } = trainer.readPending();
  state.set(PENDING, { dtype: "float64", shape: [2, 2], data: map });
  state.set(PENDING_STEPS, scalar(steps));
  state.set(REWRITTEN, scalar(Number(session.rewrite)));
  for (const [key, value] of Object.entries(position)) state.set(POSITION + key, scalar(value));
  await makeFolder(path.slice(0, path.lastIndexOf("/")));
  await saveStateDict(path, state);
}

/** Puts network and trainer where the file says; null, leaving both as they are, where there is no file. */
export async function loadResume(path: string, session: Session, trainer: Trainer): Promise<Position | null> {
  if (!await isThere(path)) return null;
  const state = await loadStateDict(path);
  const take = (name: string): TensorData => {
    const tensor = state.get(name);
    if (tensor === undefined) throw new Error(`${path}: expected what training saved, found no ${name}`);
    state.delete(name);
    return tensor;
  };
  const number = (name: string) => Number(take(name).data[0]);
  requireSamePlan(path, Boolean(number(REWRITTEN)), session.rewrite);
  const momentum: StateDict = new Map(parametersOf(session).map(({ name }) => [name, take(MOMENTUM + name)]));
  const map = take(PENDING).data as Float64Array<ArrayBuffer>;
  const steps = number(PENDING_STEPS);
  const position = Object.fromEntries(Object.keys(START).map((key) => [key, number(POSITION + key)]));
  writeState(session.network, session.plan, state, path);
  for (const [name, { data }] of momentum) trainer.writeMomentum(name, data as Buffer);
  trainer.writePending({ map, steps });
  return position as unknown as Position;
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
