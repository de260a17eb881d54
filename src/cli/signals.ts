/**
 * Ctrl-C, SIGTERM, and the signals that schedulers send ahead of a time limit: the first asks the work to stop and save,
 * the second ends the process.
 */
import { leave } from "../ffi/library.ts";

/** Exit codes by the shell's convention, 128 + the signal's number. */
const SIGNALS = { SIGINT: 130, SIGUSR1: 138, SIGUSR2: 140, SIGTERM: 143 } as const;
type SignalName = keyof typeof SIGNALS;

/** Where another rank was told to stop, and this one with it: as if by SIGTERM. */
export const STOPPED_WITH_OTHERS = SIGNALS.SIGTERM;

export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** Of the signal that came, or 0. */
  readonly exitCode: number;
  /** From here on, until it is disposed, signals are listened to; without it they end the process. */
  listen(): void;
}

/** `saysSo` where the reader is to know, and is not told by another process. */
export function interruption({ saysSo = true }: { saysSo?: boolean } = {}): Interruption {
  const controller = new AbortController();
  const listening = new DisposableStack();
  let exitCode = 0;
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    listen() {
      for (const name of Object.keys(SIGNALS) as SignalName[]) {
        const listener = () => {
          if (controller.signal.aborted) leave(SIGNALS[name]);
          exitCode = SIGNALS[name];
          if (saysSo) console.error("\nstopping after the step under way; once more ends at once");
          controller.abort();
        };
        Deno.addSignalListener(name, listener);
        listening.defer(() => Deno.removeSignalListener(name, listener));
      }
    },
    [Symbol.dispose]: () => listening.dispose(),
  };
}
