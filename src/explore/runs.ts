/** Runs switched on and off, where a page shows several. */
/// <reference lib="dom" />
import type { PageData } from "../report/page_data.ts";
import { RUNS } from "../report/tokens.ts";
import { make, toggle } from "./dom.ts";
import type { Store } from "./store.ts";

/** Runs up to which their buttons stand open above the figures. */
const MOST_SHOWN = 24;

/** A bar with a button a name, in its colour; nothing for a single run. */
export function runSwitches({ runs }: PageData, store: Store): HTMLElement[] {
  const names = [...new Set(runs.map(({ group }) => group))];
  if (names.length < 2) return [];
  const buttons = names.map((name, i) => {
    const flip = () => {
      const { off } = store.state;
      store.change({ off: off.includes(name) ? off.filter((one) => one !== name) : [...off, name] });
    };
    const button = make(
      "button",
      { type: "button", onclick: flip },
      make("i", { class: `chip run${i % RUNS.length + 1}` }),
      ` ${name}`,
    );
    return { name, button };
  });
  const seeds = runs.length === names.length
    ? []
    : [toggle("seeds apart", () => store.state.apart, () => store.change({ apart: !store.state.apart }))];
  const refresh = () => {
    seeds.forEach((control) => control.refresh());
    buttons.forEach(({ name, button }) =>
      button.setAttribute("aria-pressed", String(!store.state.off.includes(name)))
    );
  };
  store.onChange(refresh);
  refresh();
  const bar = (...parts: readonly HTMLElement[]) =>
    make("div", { class: "controls", role: "group", "aria-label": "Runs" }, ...parts);
  const switches = buttons.map(({ button }) => button);
  const apart = seeds.map(({ element }) => element);
  if (names.length <= MOST_SHOWN) return [bar(...switches, ...apart)];
  const folded = make(
    "details",
    {},
    make("summary", {}, `${names.length} runs, on and off`),
    bar(...switches),
  );
  return [...apart.length === 0 ? [] : [bar(...apart)], folded];
}
