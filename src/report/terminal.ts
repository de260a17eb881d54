/** The terminal phase of training, where it begins and breaks, and the names a report gives to its subject. */
import { networkTitle } from "../experiment/words.ts";
import type { LogRow, Measurement } from "../run/tables.ts";
import { isElsewhere, type Reported } from "./reported.ts";

/**
 * The terminal phase starts at the first epoch whose training accuracy, in %, reaches this: 1 error in 1,000 stands
 * for the zero error of Papyan et al. 2020, which augmented or noisy data may never give.
 */
export const TERMINAL_ACCURACY = 99.9;

/** It breaks where the accuracy falls below this, half a point lower, and is whole again at TERMINAL_ACCURACY. */
export const BROKEN_ACCURACY = 99.4;

/** First and last epoch of a stretch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface TerminalPhase {
  /** The first epoch of it; null where it was not reached. */
  readonly start: number | null;
  /** Its unbroken stretches, ascending. */
  readonly stretches: readonly Stretch[];
  /** From the first epoch below BROKEN_ACCURACY to the last before it is whole again, or to the last known. */
  readonly breaks: readonly Stretch[];
  /**
   * "measured": accuracy of checkpoints in evaluation mode. "running": that of log.csv, in training mode while the
   * network changes, which serves only where nothing was measured. Null where neither is known.
   */
  readonly accuracy: "measured" | "running" | null;
}

/** What a report says about a run besides its data. */
export interface RunContext {
  /** What the run is called in its figures. */
  readonly run: string;
  /** Title of the dataset, e.g. "CIFAR-10". */
  readonly dataset: string;
  /** Title of the network, e.g. "ResNet-18". */
  readonly network: string;
  readonly phase: TerminalPhase;
}

/** The terminal phase by measured training accuracy, or else, where no checkpoint has one, by the running one of the log. */
export function terminalPhase(measurements: readonly Measurement[], log: readonly LogRow[]): TerminalPhase {
  const measured = measurements.map(({ epoch, values }) => ({
    epoch,
    accuracy: values.train_accuracy ?? NaN,
  }))
    .filter(({ accuracy }) => !Number.isNaN(accuracy));
  if (measured.length > 0) return { ...walk(measured), accuracy: "measured" };
  const running = log.map((row) => ({ epoch: row.epoch, accuracy: row.running_train_accuracy }));
  return { ...walk(running), accuracy: running.length > 0 ? "running" : null };
}

/** What titles and figures say about a run. */
export function contextOf(
  run: Reported,
  log: readonly LogRow[],
  measurements: readonly Measurement[],
): RunContext {
  const [dataset, network] = isElsewhere(run)
    ? [run.samples, run.name]
    : [run.dataset.title, networkTitle(run.protocol)];
  return { run: `${network} on ${dataset}`, dataset, network, phase: terminalPhase(measurements, log) };
}

/** The stretch that trends are taken over; null where the phase was not reached. */
export function lastStretch({ stretches }: TerminalPhase): Stretch | null {
  return stretches.at(-1) ?? null;
}

/** Why there is no phase, without a full stop; empty where there is one. */
export function withoutPhase({ start, accuracy }: TerminalPhase): string {
  if (start !== null) return "";
  return accuracy === null
    ? "Training accuracy is not known"
    : `Training accuracy has not reached ${TERMINAL_ACCURACY}\u202f%`;
}

/** "from epoch 120", "not reached", "not known". */
export function beginWords({ start, accuracy }: TerminalPhase): string {
  if (start !== null) return `from epoch ${start}`;
  return accuracy === null ? "not known" : "not reached";
}

/** Which accuracy decides, where it is not the measured one. */
export function runningWords({ accuracy }: TerminalPhase): string {
  return accuracy === "running" ? " (the running one of log.csv, since none was measured)" : "";
}

/** Whether `epoch` is in an unbroken stretch. */
export function isInPhase({ stretches }: TerminalPhase, epoch: number): boolean {
  return stretches.some(({ from, to }) => from <= epoch && epoch <= to);
}

/** The breaks that ended, and the one in which what is known ends; null where the phase is whole there. */
export function breaksOf({ breaks, stretches }: TerminalPhase): {
  readonly ended: readonly Stretch[];
  readonly open: Stretch | null;
} {
  const last = breaks.at(-1);
  return last === undefined || last.from < stretches.at(-1)!.from
    ? { ended: breaks, open: null }
    : { ended: breaks.slice(0, -1), open: last };
}

/** "It broke at epochs 175 to 180, where training accuracy fell below 99.4 % (whole again at 99.9 %)."; empty where it did not. */
export function breakSentence(phase: TerminalPhase): string {
  const { ended, open } = breaksOf(phase);
  const fell = `training accuracy fell below ${BROKEN_ACCURACY}\u202f%`;
  const whole = `${TERMINAL_ACCURACY}\u202f%`;
  const sentences = [
    ...ended.length === 0
      ? []
      : [`It broke at ${ended.map(spanWords).join(" and ")}, where ${fell} (whole again at ${whole}).`],
    ...open === null
      ? []
      : [`It is broken from epoch ${open.from} on, where ${fell} and has not come to ${whole} again.`],
  ];
  return sentences.join(" ");
}

/** "epoch 5" or "epochs 5 to 350". */
export function spanWords({ from, to }: Stretch): string {
  return from === to ? `epoch ${from}` : `epochs ${from} to ${to}`;
}

function walk(
  points: readonly { readonly epoch: number; readonly accuracy: number }[],
): Pick<TerminalPhase, "start" | "stretches" | "breaks"> {
  const stretches: Stretch[] = [];
  const breaks: Stretch[] = [];
  let whole = false;
  for (const { epoch, accuracy } of points) {
    const begins: boolean = !whole && accuracy >= TERMINAL_ACCURACY;
    const ends: boolean = whole && accuracy < BROKEN_ACCURACY;
    whole = begins || (whole && !ends);
    if (!whole && stretches.length === 0) continue;
    const list = whole ? stretches : breaks;
    if (begins || ends) list.push({ from: epoch, to: epoch });
    else list.push({ ...list.pop()!, to: epoch });
  }
  return { start: stretches[0]?.from ?? null, stretches, breaks };
}
