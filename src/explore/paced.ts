/** Work that is asked for more often than it need be done: never while nobody sees it, and never most of the time. */
/// <reference lib="dom" />

export interface Paced {
  /** The work is to be done: at once if it was not done lately, and once for all that ask until then. */
  ask(): void;
}

export interface Pace {
  /** Milliseconds at least from one time to the next. */
  readonly least: number;
  /** Of all time, the share that the work may take. */
  readonly share: number;
  /** Whether a reader who points, scrolls or types has it done without waiting. */
  readonly eager?: boolean;
}

// While a page is hidden its browser still tells it of events; what is drawn then takes time from the training alone.
export function paced(work: () => void | Promise<void>, { least, share, eager = false }: Pace): Paced {
  let [asked, working, next] = [false, false, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const act = async () => {
    clearTimeout(timer);
    if (!asked || working || document.hidden) return;
    [asked, working] = [false, true];
    const start = performance.now();
    try {
      await work();
    } finally {
      const end = performance.now();
      next = Math.max(start + least, end + (end - start) * (1 / share - 1));
      working = false;
    }
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    if (!asked || working || document.hidden) return;
    const wait = next - performance.now();
    if (wait <= 0) void act();
    else timer = setTimeout(act, wait);
  };
  document.addEventListener("visibilitychange", plan);
  for (const name of eager ? ["pointermove", "keydown", "scroll"] : []) {
    addEventListener(name, () => void act(), { passive: true, capture: true });
  }
  return {
    ask() {
      asked = true;
      plan();
    },
  };
}
