/** Figures are drawn when they come near the screen, and anew where what is chosen has changed since. */
/// <reference lib="dom" />
import type { Drawing } from "./drawing.ts";
import type { Pointing } from "./pointer.ts";
import type { Store } from "./store.ts";

/** How far from the screen a figure is drawn, in heights of the screen. */
const AHEAD = 0.5;
const MARGIN = { rootMargin: `${100 * AHEAD}% 0%` };

/** Milliseconds of drawing after which the browser has its turn. */
const PATIENCE = 100;

export interface Drawer {
  /** What these are drawn from has changed: those on the screen are drawn now, others when they come near it. */
  redraw(drawings: readonly Drawing[]): void;
}

/** Calls `enter` once, when a place comes near the screen or onto paper. */
export function whenNear(place: Element, enter: () => void, signal: AbortSignal): void {
  const reached = new AbortController();
  const once = () => {
    if (reached.signal.aborted) return;
    reached.abort();
    observer.disconnect();
    enter();
  };
  const observer = new IntersectionObserver(
    (entries) => entries.some(({ isIntersecting }) => isIntersecting) && once(),
    MARGIN,
  );
  observer.observe(place);
  signal.addEventListener("abort", () => observer.disconnect());
  addEventListener("beforeprint", once, { signal: AbortSignal.any([signal, reached.signal]) });
}

/** Draws what is near, the first of it before it returns. On paper everything is near that is not in a closed row. */
export function drawWhatIsNear(
  drawings: readonly Drawing[],
  pointers: Pointing,
  store: Store,
  signal: AbortSignal,
): Drawer {
  const at = new Map(drawings.map((drawing) => [drawing.place as Element, drawing]));
  const [near, seen, stale] = [new Set<Drawing>(), new Set<Drawing>(), new Set(drawings)];
  let frame = 0;
  // Hundreds of curves take long: the screen shows each figure as it is done, and the pointer is answered between.
  const draw = (these: ReadonlySet<Drawing> = near) => {
    cancelAnimationFrame(frame);
    const start = performance.now();
    const drawn = new Set<Drawing>();
    for (const drawing of inOrder([...these].filter((one) => stale.has(one)))) {
      stale.delete(drawing);
      drawing.draw(store.state);
      drawn.add(drawing);
      if (performance.now() - start > PATIENCE) {
        // Behind a frame, not in it.
        frame = requestAnimationFrame(() => setTimeout(draw));
        break;
      }
    }
    pointers.refresh(drawn);
  };
  const observers = [keepWithin(near, at, draw, MARGIN), keepWithin(seen, at, draw)];
  enlarge(drawings, store);
  for (const drawing of drawings) {
    if (isNear(drawing)) near.add(drawing);
    for (const observer of observers) observer.observe(drawing.place);
  }
  signal.addEventListener("abort", () => {
    for (const observer of observers) observer.disconnect();
    cancelAnimationFrame(frame);
  });
  addEventListener("beforeprint", () => {
    for (const drawing of drawings) {
      if (drawing.place.checkVisibility() && stale.delete(drawing)) drawing.draw(store.state);
    }
  }, { signal });

  let last = drawnBy(store);
  store.onChange(() => {
    const now = drawnBy(store);
    if (now === last) return pointers.refresh();
    last = now;
    enlarge(drawings, store);
    for (const drawing of drawings) stale.add(drawing);
    draw();
    pointers.refresh();
  });
  draw();
  return {
    redraw(which) {
      for (const drawing of which) stale.add(drawing);
      draw(seen);
    },
  };
}

/** Keeps in `set` the drawings whose places are on the screen or within a margin of it, and calls `moved` when they change. */
function keepWithin(
  set: Set<Drawing>,
  at: ReadonlyMap<Element, Drawing>,
  moved: (set: ReadonlySet<Drawing>) => void,
  margin?: IntersectionObserverInit,
): IntersectionObserver {
  return new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) set.add(at.get(target)!);
      else set.delete(at.get(target)!);
    }
    moved(set);
  }, margin);
}

/** What is on the screen, from its top, before what is only near it. */
function inOrder(drawings: Iterable<Drawing>): readonly Drawing[] {
  const places = [...drawings].map((drawing) => ({ drawing, box: drawing.place.getBoundingClientRect() }));
  const away = ({ box: { top, bottom } }: (typeof places)[number]) => Math.max(0, -bottom, top - innerHeight);
  return places.toSorted((a, b) => away(a) - away(b) || a.box.top - b.box.top).map(({ drawing }) => drawing);
}

/** The card of the figure that is to be large, and no other. */
function enlarge(drawings: readonly Drawing[], { state: { large } }: Store): void {
  for (const { place, figure } of drawings) {
    place.closest(".card")?.classList.toggle("large", large === figure.file);
  }
}

/** Before the observer has told. */
function isNear({ place }: Drawing): boolean {
  const { top, bottom } = place.getBoundingClientRect();
  return place.checkVisibility() && bottom > -AHEAD * innerHeight && top < (1 + AHEAD) * innerHeight;
}

/** What of the state figures depend on, as text. */
function drawnBy({ state: { epoch: _, pair: __, ...drawn } }: Store): string {
  return JSON.stringify(drawn);
}
