/** The learning rate of each epoch, as a pure function of the protocol. */
import { kindOf } from "../kind.ts";
import type { Protocol } from "./parts.ts";
import { SCHEDULES } from "./schedules/index.ts";
import type { Schedule } from "./schedules/schedule.ts";

/** What of a protocol the learning rates depend on. */
export interface RateProtocol {
  readonly optimizer: Pick<Protocol["optimizer"], "learningRate">;
  readonly schedule: Protocol["schedule"];
  readonly training: Pick<Protocol["training"], "epochs">;
}

/** The learning rate during `epoch`, counted from 1. */
export function learningRate(epoch: number, { optimizer, schedule, training }: RateProtocol): number {
  const first = optimizer.learningRate;
  if (epoch <= schedule.warmup) return first * epoch / (schedule.warmup + 1);
  const kind: Schedule<string, Record<never, never>> = kindOf(SCHEDULES, schedule);
  return kind.rate(epoch, schedule, { first, epochs: training.epochs });
}
