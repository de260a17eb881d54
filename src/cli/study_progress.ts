/** What `deno task study` shows while cells are trained: a bar a worker and one of all on a terminal, calm lines elsewhere. */
import type { CellProgress, StudyProgress, WorkerEvent } from "../study/progress.ts";
import type { CellEnd } from "../study/worker.ts";
import { type Bars, duration, openBars, say } from "./progress.ts";

export interface StudyDisplay extends Disposable {
  /** What the worker at a place, from 0, tells. */
  take(worker: number, event: WorkerEvent): void;
  /** A line that is no cell's. */
  line(text: string): void;
}

export interface Shown {
  /** Of the study. */
  readonly name: string;
  /** That the study has; `progress` may be of some of them. */
  readonly cells: number;
  readonly progress: StudyProgress;
  readonly workers: number;
}

/** Milliseconds at least from one line of a cell under way to the next. */
const BETWEEN_LINES = 60_000;

export function showStudy(shown: Shown): StudyDisplay {
  const bars = openBars(shown.workers + 1);
  return bars === null ? inLines(shown) : inBars(shown, bars);
}

function inLines({ cells, progress }: Shown): StudyDisplay {
  const spoken = new Map<number, { time: number; epochs: number }>();
  return {
    take(_worker, event) {
      progress.take(event);
      const { cell } = event;
      const now = progress.cell(cell);
      const speak = (words: string) => {
        spoken.set(cell, { time: performance.now(), epochs: now.epochs });
        say(`${cell + 1}/${cells}  ${now.name}  ${words}`);
      };
      const last = spoken.get(cell);
      if (event.is === "begun") {
        speak(now.epochs === 0 ? "begins" : `goes on after epoch ${now.epochs}/${now.of}`);
      } else if (event.is === "ended") speak(endWords(event.outcome, progress));
      else if (last && performance.now() - last.time >= BETWEEN_LINES && now.epochs >= last.epochs + 1) {
        speak(`${epochWords(now)}${now.secondsLeft === null ? "" : `, ${duration(now.secondsLeft)} left`}`);
      }
    },
    line: say,
    [Symbol.dispose]: () => {},
  };
}

function inBars({ name, cells, progress, workers }: Shown, bars: Bars): StudyDisplay {
  return {
    take(worker, event) {
      progress.take(event);
      const now = progress.cell(event.cell);
      if (event.is === "begun" || event.is === "trained") {
        const { epochs, of, secondsLeft } = now;
        bars.update(worker, { text: `${now.name}  ${epochWords(now)}`, share: epochs / of, secondsLeft });
      } else if (event.is === "ended") {
        bars.update(worker, { text: "", share: 0, secondsLeft: null });
        bars.line(`${event.cell + 1}/${cells}  ${now.name}  ${endWords(event.outcome, progress)}`);
      }
      const { settled, of, share, secondsLeft } = progress.whole();
      bars.update(workers, { text: `${name}: ${settled} of ${of} cells`, share, secondsLeft });
    },
    line: (text) => bars.line(text),
    [Symbol.dispose]: () => bars[Symbol.dispose](),
  };
}

/** The epoch that is under way, or the last one. */
function epochWords({ epochs, of }: CellProgress): string {
  return `epoch ${Math.min(of, Math.floor(epochs) + 1)}/${of}`;
}

/** How a cell ended, and how far the study is with it. */
function endWords({ end, reason }: CellEnd, progress: StudyProgress): string {
  const { settled, of, secondsLeft } = progress.whole();
  const left = settled === of || secondsLeft === null ? "" : `, about ${duration(secondsLeft)} left`;
  const whole = of === 1 ? "" : `  (${settled} of ${of} cells${left})`;
  return `${reason === undefined ? end : `${end}: ${reason}`}${whole}`;
}
