/** Ctrl-C and SIGTERM: the first asks the work to stop and save, the second ends the process. */
import { leave } from "../ffi/library.ts";

/** Exit codes by the shell's convention, 128 + the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** Of the signal that came, or 0. */
  readonly exitCode: number;
}

/** Listens until disposed. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let exitCode = 0;
  const listeners = Object.entries(SIGNALS).map(([name, code]) => {
    const listener = () => {
      if (controller.signal.aborted) leave(code);
      exitCode = code;
      console.error("\nstopping after the step under way; once more ends at once");
      controller.abort();
    };
    Deno.addSignalListener(name as keyof typeof SIGNALS, listener);
    return [name as keyof typeof SIGNALS, listener] as const;
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => listeners.forEach((listener) => Deno.removeSignalListener(...listener)),
  };
}
