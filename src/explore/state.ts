/** What a reader has chosen on a page, and the fragment of its address that restores it. */

export const SHARES = ["train", "test", "classifier"] as const;
export type Share = (typeof SHARES)[number];

export interface State {
  /** The epoch held; null where the pointer shows one. */
  readonly epoch: number | null;
  /** First and last epoch drawn; null for all. */
  readonly zoom: readonly [number, number] | null;
  readonly x: "linear" | "log";
  /** "auto": as each figure's values ask for. */
  readonly y: "auto" | "linear" | "log";
  /** What is not drawn. */
  readonly hidden: readonly Share[];
  /** Runs that are switched off, by name. */
  readonly off: readonly string[];
  /** Whether seeds of one run are drawn apart. */
  readonly apart: boolean;
  /** The figure that is drawn large. */
  readonly large: string | null;
  /** Columns drawn against each other; null for those the page begins with. */
  readonly pair: readonly [string, string] | null;
}

export const START: State = {
  epoch: null,
  zoom: null,
  x: "linear",
  y: "auto",
  hidden: [],
  off: [],
  apart: false,
  large: null,
  pair: null,
};

/** "epoch=120&zoom=100-200&y=log"; empty for the start. */
export function toFragment(state: State): string {
  const words: [string, string | null][] = [
    ["epoch", state.epoch === null ? null : String(state.epoch)],
    ["zoom", state.zoom === null ? null : state.zoom.join("-")],
    ["x", state.x === START.x ? null : state.x],
    ["y", state.y === START.y ? null : state.y],
    ["hide", state.hidden.length === 0 ? null : state.hidden.join(",")],
    ["apart", state.apart ? "yes" : null],
    ["large", state.large],
    ["pair", state.pair === null ? null : state.pair.join(",")],
    ...state.off.map((run): [string, string] => ["off", run]),
  ];
  const parameters = new URLSearchParams();
  for (const [name, value] of words) if (value !== null) parameters.append(name, value);
  return parameters.toString();
}

/** Unknown words, and values that make no sense, are passed over. */
export function fromFragment(fragment: string): State {
  const words = new URLSearchParams(fragment.replace(/^#/, ""));
  const zoom = /^(\d+)-(\d+)$/.exec(words.get("zoom") ?? "");
  const [from, to] = zoom === null ? [0, 0] : [Number(zoom[1]), Number(zoom[2])];
  const epoch = words.get("epoch") ?? "";
  const pair = (words.get("pair") ?? "").split(",");
  return {
    epoch: /^\d{1,9}$/.test(epoch) ? Number(epoch) : null,
    zoom: from < to ? [from, to] : null,
    x: words.get("x") === "log" ? "log" : "linear",
    y: oneOf(["linear", "log"], words.get("y")) ?? "auto",
    hidden: SHARES.filter((share) => (words.get("hide") ?? "").split(",").includes(share)),
    off: words.getAll("off"),
    apart: words.get("apart") === "yes",
    large: words.get("large"),
    pair: pair.length === 2 ? [pair[0]!, pair[1]!] : null,
  };
}

function oneOf<T extends string>(words: readonly T[], found: string | null): T | null {
  return words.find((word) => word === found) ?? null;
}
