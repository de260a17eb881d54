/** Pointing, holding, zooming, by pointer and by keyboard: one epoch and one stretch for all figures. */
/// <reference lib="dom" />
import type { Drawing } from "./drawing.ts";
import type { Readout } from "./readout.ts";
import type { Store } from "./store.ts";

/** Pixels that a pointer moves before it drags. */
const DRAG = 6;

export interface Pointing {
  /** Shows the epoch held, or none, in these (default: in all). Called after each drawing. */
  refresh(which?: ReadonlySet<Drawing>): void;
}

// Whole because its listeners share what is dragged.
/** `epochs` are those measured, ascending. */
export function pointing(
  drawings: readonly { readonly drawing: Drawing; readonly readout: Readout }[],
  epochs: readonly number[],
  store: Store,
): Pointing {
  let frame = 0;
  let dragged: { from: number; x: number } | null = null;
  const show = (epoch: number | null, which?: ReadonlySet<Drawing>) => {
    const at = epoch ?? store.state.epoch;
    for (const { drawing, readout } of drawings) {
      if (!drawing.drawn || which?.has(drawing) === false) continue;
      drawing.point(at);
      readout.show(at, epoch === null || epoch === store.state.epoch);
    }
  };
  const shade = (range: readonly [number, number] | null) =>
    drawings.forEach(({ drawing }) => drawing.shade(range));
  const nearest = (epoch: number) =>
    epochs.reduce((best, one) => Math.abs(one - epoch) < Math.abs(best - epoch) ? one : best, epochs[0]!);
  const soon = (work: () => void) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(work);
  };

  for (const { drawing } of drawings) {
    const { place } = drawing;
    place.tabIndex = 0;
    place.addEventListener("pointermove", (event) => {
      if (!drawing.drawn) return;
      const at = drawing.epochAt(event.clientX);
      if (dragged !== null && Math.abs(event.clientX - dragged.x) > DRAG) {
        const range = ordered(dragged.from, at);
        return soon(() => shade(range));
      }
      soon(() => show(nearest(at)));
    });
    place.addEventListener("pointerleave", () => soon(() => show(null)));
    place.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !drawing.drawn) return;
      dragged = { from: drawing.epochAt(event.clientX), x: event.clientX };
      if (event.pointerType === "mouse") place.setPointerCapture(event.pointerId);
    });
    place.addEventListener("pointerup", (event) => {
      if (dragged === null) return;
      const { from, x } = dragged;
      dragged = null;
      const at = drawing.epochAt(event.clientX);
      shade(null);
      if (Math.abs(event.clientX - x) > DRAG) return zoomTo(ordered(from, at));
      const epoch = nearest(at);
      store.change({ epoch: store.state.epoch === epoch ? null : epoch });
    });
    place.addEventListener("pointercancel", () => {
      dragged = null;
      shade(null);
    });
    place.addEventListener("dblclick", () => store.change({ zoom: null, epoch: null }));
    place.addEventListener("keydown", (event) => byKey(event, epochs, store));
  }

  function zoomTo([from, to]: readonly [number, number]): void {
    const [low, high] = [Math.round(from), Math.round(to)];
    if (epochs.some((epoch) => epoch >= low && epoch <= high) && low < high) {
      store.change({ zoom: [low, high] });
    }
  }

  return { refresh: (which) => show(null, which) };
}

/** Arrows walk through the checkpoints, + and − zoom around the epoch held, Escape lets go. */
export function byKey(event: KeyboardEvent, epochs: readonly number[], store: Store): void {
  const { epoch, zoom } = store.state;
  const shown = epochs.filter((one) => zoom === null || (one >= zoom[0] && one <= zoom[1]));
  const place = epoch === null ? -1 : shown.indexOf(epoch);
  const step = (to: number) => store.change({ epoch: shown[Math.min(shown.length - 1, Math.max(0, to))]! });
  const actions: Record<string, () => void> = {
    ArrowRight: () => step(place + 1),
    ArrowLeft: () => step(place < 0 ? shown.length - 1 : place - 1),
    Home: () => step(0),
    End: () => step(shown.length - 1),
    Escape: () => store.change({ epoch: null }),
    "+": () => store.change({ zoom: around(epoch ?? shown[shown.length >> 1]!, zoom ?? ends(epochs), 0.5) }),
    "-": () => store.change({ zoom: wider(epoch ?? shown[shown.length >> 1]!, zoom, epochs) }),
    "0": () => store.change({ zoom: null }),
  };
  const action = actions[event.key];
  if (action === undefined || event.ctrlKey || event.metaKey || event.altKey || shown.length === 0) return;
  event.preventDefault();
  action();
}

function around(epoch: number, [from, to]: readonly [number, number], factor: number): [number, number] {
  const half = Math.max(1, ((to - from) * factor) / 2);
  return [Math.max(0, Math.round(epoch - half)), Math.round(epoch + half)];
}

function wider(
  epoch: number,
  zoom: readonly [number, number] | null,
  epochs: readonly number[],
): readonly [number, number] | null {
  if (zoom === null) return null;
  const [from, to] = around(epoch, zoom, 2);
  return from <= epochs[0]! && to >= epochs.at(-1)! ? null : [from, to];
}

function ends(epochs: readonly number[]): [number, number] {
  return [epochs[0]!, epochs.at(-1)!];
}

function ordered(a: number, b: number): [number, number] {
  return a <= b ? [a, b] : [b, a];
}
