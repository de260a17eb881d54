/** The moving picture: drag to turn, a slider and a button to play through the epochs, three classes to choose, all cosines. */
/// <reference lib="dom" />
import { FRONT, pictureOf, STAGE, type Viewpoint } from "../report/geometry_picture.ts";
import type { GeometryData } from "../report/page_data.ts";
import { unpackFrame } from "../report/packed_frames.ts";
import { make, makeSvg } from "./dom.ts";
import { cosineMaps } from "./cosines.ts";

/** Milliseconds that a checkpoint stays while playing. */
const PACE = 350;

/** How it was left: a page that takes the place of another goes on from there, and does not play again. The epoch of the last frame is null. */
let left: { readonly view: Viewpoint; readonly epoch: number | null } | null = null;
let played = false;

// Whole because its controls share what is shown.
/** Puts the moving picture over the stills of the page until `signal`; nothing where the page has none. */
export function movingPicture({ frames: packed, names, classes }: GeometryData, signal: AbortSignal): void {
  const stills = document.querySelector(".stills");
  if (!stills || packed.length === 0) return;
  const frames = packed.map(unpackFrame);
  const last = frames.length - 1;
  const before = left?.view.classes.every((c) => c < frames[0]!.classes.length) ? left : null;
  const epoch = before?.epoch ?? null;
  let at = epoch === null ? last : Math.max(0, frames.findIndex((frame) => frame.epoch === epoch));
  let view: Viewpoint = before?.view ?? FRONT;
  let playing: ReturnType<typeof setTimeout> | null = null;

  const svg = makeSvg("svg", {
    viewBox: `0 0 ${STAGE.width} ${STAGE.height}`,
    class: "chart stage",
    role: "img",
    tabindex: 0,
  });
  const slider = make("input", {
    type: "range",
    min: "0",
    max: String(last),
    step: "1",
    "aria-label": "Epoch",
    oninput: () => show(Number(slider.value)),
  });
  const label = make("output", {});
  const play = make(
    "button",
    { type: "button", onclick: () => playing === null ? begin() : end() },
    "▶ play",
  );
  const picks = ([0, 1, 2] as const).map((place) => {
    const select = make(
      "select",
      { "aria-label": `Class ${place + 1}`, onchange: () => choose(place, Number(select.value)) },
      ...frames[0]!.classes.map((c, i) =>
        make("option", { value: String(i) }, names?.[i] ?? `class ${c + 1}`)
      ),
    );
    select.value = String(view.classes[place]);
    return select;
  });
  const maps = cosineMaps(frames, (c) => names?.[frames[0]!.classes.indexOf(c)] ?? `class ${c + 1}`);

  function draw(): void {
    const frame = frames[at]!;
    const shapes = pictureOf(frame, view, names, classes).map(({ tag, attributes, text }) => {
      const element = makeSvg(tag, attributes);
      if (text !== undefined) element.textContent = text;
      return element;
    });
    svg.replaceChildren(...shapes);
    svg.setAttribute("aria-label", `features of three classes at epoch ${frame.epoch}`);
    label.textContent = `epoch ${frame.epoch}`;
    slider.value = String(at);
    maps?.show(at);
    left = { view, epoch: at === last ? null : frame.epoch };
  }
  function show(place: number): void {
    at = Math.min(last, Math.max(0, place));
    draw();
  }
  function begin(): void {
    played = true;
    if (at === last) at = 0;
    play.textContent = "❚❚ pause";
    const step = () => {
      show(at + 1);
      playing = at === last ? end() : setTimeout(step, PACE);
    };
    draw();
    playing = setTimeout(step, PACE);
  }
  function end(): null {
    if (playing !== null) clearTimeout(playing);
    playing = null;
    play.textContent = "▶ play";
    return null;
  }
  /** Two places never show one class: the other takes what was there. */
  function choose(place: 0 | 1 | 2, chosen: number): void {
    const list = [...view.classes] as [number, number, number];
    const other = list.indexOf(chosen);
    if (other >= 0) list[other] = list[place]!;
    list[place] = chosen;
    view = { ...view, classes: list };
    picks.forEach((select, i) => select.value = String(list[i]));
    draw();
  }

  turnable(svg, (yaw, pitch) => {
    view = yaw === null
      ? { ...view, yaw: 0, pitch: 0 }
      : { ...view, yaw: view.yaw + yaw, pitch: view.pitch + pitch };
    draw();
  });
  stills.before(make(
    "div",
    { class: "moving" },
    make(
      "div",
      {},
      svg,
      make("div", { class: "controls" }, play, slider, label),
      make(
        "div",
        { class: "controls" },
        ...picks,
        make("span", { class: "note" }, "Drag, or press the arrow keys, to turn; 0 turns back."),
      ),
    ),
    ...(maps ? [maps.element] : []),
  ));
  draw();
  // A reader who has asked for less motion starts it by hand.
  if (!played && !matchMedia("(prefers-reduced-motion: reduce)").matches) whenSeen(svg, begin);
  signal.addEventListener("abort", () => {
    if (playing !== null) left = { view, epoch: null };
    end();
  });
}

/** Turns by dragging and by keys; called with nulls to turn back. */
function turnable(svg: SVGElement, turn: (yaw: number | null, pitch: number) => void): void {
  let last: { x: number; y: number } | null = null;
  svg.addEventListener("pointerdown", (event) => {
    last = { x: event.clientX, y: event.clientY };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (last === null) return;
    turn((event.clientX - last.x) / 120, (event.clientY - last.y) / 120);
    last = { x: event.clientX, y: event.clientY };
  });
  for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => last = null);
  const keys: Record<string, readonly [number | null, number]> = {
    ArrowLeft: [-0.1, 0],
    ArrowRight: [0.1, 0],
    ArrowUp: [0, -0.1],
    ArrowDown: [0, 0.1],
    "0": [null, 0],
  };
  svg.addEventListener("keydown", (event) => {
    const by = keys[(event as KeyboardEvent).key];
    if (by === undefined) return;
    event.preventDefault();
    turn(...by);
  });
}

/** Once, when the picture first comes into sight. */
function whenSeen(element: Element, act: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    act();
  }, { threshold: 0.6 });
  observer.observe(element);
}
