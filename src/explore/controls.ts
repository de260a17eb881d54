/** What a reader sets for all figures at once: axes, what is shown, the stretch of epochs, the link, light or dark. */
/// <reference lib="dom" />
import { choice, type Control, group, make, toggle } from "./dom.ts";
import { type Share, SHARES } from "./state.ts";
import type { Store } from "./store.ts";

const SHARE_WORDS: Readonly<Record<Share, string>> = {
  train: "training",
  test: "test",
  classifier: "classifier",
};

/** A bar of controls that follows the state. `shares` are those that the figures of the page have. */
export function controlBar(store: Store, shares: readonly Share[]): HTMLElement {
  const flip = (share: Share) => {
    const { hidden } = store.state;
    store.change({
      hidden: hidden.includes(share) ? hidden.filter((one) => one !== share) : [...hidden, share],
    });
  };
  const controls: Control[] = [
    ...(shares.length < 2 ? [] : [group(
      "Show",
      SHARES.filter((share) => shares.includes(share)).map((share) =>
        toggle(SHARE_WORDS[share], () => !store.state.hidden.includes(share), () => flip(share))
      ),
    )]),
    choice("Epochs", { linear: "epoch", log: "log epoch" }, () => store.state.x, (x) => store.change({ x })),
    choice(
      "Values",
      { auto: "as values ask", linear: "linear", log: "log" },
      () => store.state.y,
      (y) => store.change({ y }),
    ),
    whole(store),
    share(),
    theme(),
  ];
  const refresh = () => controls.forEach((control) => control.refresh());
  store.onChange(refresh);
  refresh();
  return make(
    "div",
    { class: "controls", role: "toolbar", "aria-label": "Figures" },
    ...controls.map(({ element }) => element),
    make(
      "p",
      { class: "note" },
      "Point at a curve: all figures show that epoch. Click holds it, dragging zooms; arrow keys, +, −, 0 and Esc do the same.",
    ),
  );
}

/** Back from a zoom. */
function whole(store: Store): Control {
  const button = make("button", { type: "button", onclick: () => store.change({ zoom: null }) });
  return {
    element: button,
    refresh() {
      const { zoom } = store.state;
      button.hidden = zoom === null;
      button.textContent = zoom === null ? "" : `epochs ${zoom[0]} to ${zoom[1]} ✕`;
    },
  };
}

/** Copies the address, which holds what is chosen. */
function share(): Control {
  const button = make("button", {
    type: "button",
    onclick: async () => {
      const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
      button.textContent = copied ? "link copied" : "the address is the link";
      setTimeout(() => button.textContent = "share", 2000);
    },
  }, "share");
  return { element: button, refresh() {} };
}

function theme(): Control {
  const root = document.documentElement;
  const button = make("button", {
    type: "button",
    onclick: () => {
      const dark = root.dataset.theme === "dark" ||
        (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
      root.dataset.theme = dark ? "light" : "dark";
    },
  }, "light / dark");
  return { element: button, refresh() {} };
}
