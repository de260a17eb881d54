/** What a long command shows while it works: a bar on a terminal, calm lines elsewhere. All of it goes to stderr. */
import process from "node:process";
import { MultiBar, Presets, SingleBar } from "cli-progress";
import type { LoadingProgress } from "../engine/images.ts";
import { inCommandsOfHere } from "./command_line.ts";

/** To the start of the line, and nothing after it. */
const CLEAR_LINE = "\r\x1b[K";
const UNKNOWN = "–";
/** A call that takes longer, in ms, shows how long it has been at work, so often. */
const SILENCE = 1000;

/** Of one of several bars, in letters. */
const BARS_SIZE = 20;
/** What stands after it: " 100% | 99 min 59 s left". */
const BARS_REST = 26;
const LEAST_TEXT = 20;

let quiet = false;

/** From now on only errors, notes of damage and last lines are printed, where that is asked for. */
export function beQuiet(asked: boolean | undefined): void {
  quiet = asked ?? false;
}

/** Prints a line on the way; the last one of a command is printed whatever was asked for. */
export function say(text: string): void {
  if (!quiet) console.error(text);
}

/** Prints a sentence that is to be known even with --quiet. */
export function note(sentence: string): void {
  console.error(`note: ${inCommandsOfHere(sentence)}`);
}

export interface Bar extends Disposable {
  /** `done` units of the whole; `text` stands before the bar. */
  update(done: number, text: string): void;
  /** Another text before the bar, which stays where it is. */
  tell(text: string): void;
  /** Prints a line above the bar. */
  line(text: string): void;
  /** The same, and with --quiet, too. */
  note(text: string): void;
}

/**
 * A bar over `total` units that shows units a second and the time left, as the work since the first update tells, and
 * seconds where no update comes.
 */
export function openBar(total: number, { unit }: { unit: string }): Bar {
  if (quiet || !Deno.stderr.isTerminal()) {
    const note = (text: string) => console.error(text);
    return { update: () => {}, tell: () => {}, line: say, note, [Symbol.dispose]: () => {} };
  }
  const bar = new SingleBar({
    format: `{text} {bar} {percentage}% | {rate} ${unit}/s | {left} left`,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  }, Presets.shades_classic);
  bar.start(total, 0, { text: "", rate: UNKNOWN, left: UNKNOWN });
  let first: { done: number; time: number } | undefined;
  let last: { done: number; text: string; time: number } | undefined;
  const clock = setInterval(() => {
    const silent = last && Math.floor((performance.now() - last.time) / 1000);
    if (last && silent) bar.update(last.done, { text: `${last.text}, ${silent} s` });
  }, SILENCE);
  Deno.unrefTimer(clock);
  const line = (text: string) => {
    Deno.stderr.writeSync(new TextEncoder().encode(`${CLEAR_LINE}${text}\n`));
    bar.render();
  };
  const update = (done: number, text: string) => {
    last = { done, text, time: performance.now() };
    first ??= { done, time: performance.now() };
    const rate = 1000 * (done - first.done) / (performance.now() - first.time);
    const known = rate > 0 && Number.isFinite(rate);
    bar.update(done, {
      text,
      rate: known ? rate.toPrecision(3) : UNKNOWN,
      left: known ? duration((total - done) / rate) : UNKNOWN,
    });
  };
  return {
    update,
    tell: (text) => update(last?.done ?? 0, text),
    line,
    note: line,
    [Symbol.dispose]: () => {
      clearInterval(clock);
      bar.stop();
    },
  };
}

/** What stands before a bar while images are evaluated, e.g. "testing epoch 3/350: 41 % of test images". */
export function passText(
  text: string,
  { split, images, count }: { split: string; images: number; count: number },
): string {
  // What follows the last of them has no share that is known.
  return images < count ? `${text}: ${Math.floor(100 * images / count)} % of ${split} images` : text;
}

/** Several bars under each other. */
export interface Bars extends Disposable {
  /** The bar at a place, from 0, with `text` before it. */
  update(place: number, row: BarRow): void;
  /** Prints a line above the bars. */
  line(text: string): void;
}

export interface BarRow {
  readonly text: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly secondsLeft: number | null;
}

/** `count` bars; null where none can be shown, on no terminal and with --quiet. */
export function openBars(count: number): Bars | null {
  if (quiet || !Deno.stderr.isTerminal()) return null;
  const bars = new MultiBar({
    format: "{text} {bar} {percentage}% | {left} left",
    barsize: BARS_SIZE,
    hideCursor: true,
    clearOnComplete: true,
    // A line above moves all of them.
    forceRedraw: true,
    stream: process.stderr,
  }, Presets.shades_classic);
  const { columns } = Deno.consoleSize();
  const room = Math.max(LEAST_TEXT, columns - BARS_SIZE - BARS_REST);
  const rows = Array.from(
    { length: count },
    () => bars.create(1, 0, { text: " ".repeat(room), left: UNKNOWN }),
  );
  return {
    update(place, { text, share, secondsLeft }) {
      const left = secondsLeft === null ? UNKNOWN : duration(secondsLeft);
      // The end of a text, of a cell's the epoch, tells most.
      const shown = text.length > room ? `…${text.slice(text.length - room + 1)}` : text.padEnd(room);
      rows[place]!.update(Math.min(1, share), { text: shown, left });
    },
    line: (text) => bars.log(`${text}\n`),
    [Symbol.dispose]() {
      bars.update();
      bars.stop();
    },
  };
}

/** Shows how images are loaded. */
export function showLoading(): LoadingProgress {
  let shown: { file: string; bar: Bar } | undefined;
  return {
    onDownload({ file, received, total }) {
      if (shown?.file !== file) {
        shown?.bar[Symbol.dispose]();
        say(`downloading ${file}`);
        shown = { file, bar: openBar((total ?? received) / 1e6, { unit: "MB" }) };
      }
      shown.bar.update(received / 1e6, "");
    },
    onConvert(done, all) {
      if (shown === undefined) {
        say(`converting ${all} images, once`);
        shown = { file: "", bar: openBar(all, { unit: "images" }) };
      }
      shown.bar.update(done, "converting");
    },
    onWait: (folder) => say(`another process is at ${folder}; waiting for it`),
    onLoaded: () => shown?.bar[Symbol.dispose](),
  };
}

/** Seconds in words, e.g. "2 h 03 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
