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
  /** What these are drawn from has changed. */
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
  const [near, stale] = [new Set<Drawing>(), new Set(drawings)];
  let frame = 0;
  // Hundreds of curves take long: the screen shows each figure as it is done, and the pointer is answered between.
  const draw = () => {
    cancelAnimationFrame(frame);
    const start = performance.now();
    for (const drawing of inOrder(near)) {
      if (!stale.delete(drawing)) continue;
      drawing.draw(store.state);
      if (performance.now() - start > PATIENCE) {
        // Behind a frame, not in it.
        frame = requestAnimationFrame(() => setTimeout(draw));
        break;
      }
    }
    pointers.refresh();
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(at.get(target)!);
      else near.delete(at.get(target)!);
    }
    draw();
  }, MARGIN);
  enlarge(drawings, store);
  for (const drawing of drawings) {
    if (isNear(drawing)) near.add(drawing);
    observer.observe(drawing.place);
  }
  signal.addEventListener("abort", () => observer.disconnect());
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
  });
  draw();
  return {
    redraw(which) {
      for (const drawing of which) stale.add(drawing);
      draw();
    },
  };
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
