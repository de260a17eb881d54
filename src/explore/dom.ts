/** Elements made of text: whatever is shown is set as text or as an attribute, never as markup. */
/// <reference lib="dom" />

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** An element; attributes that are functions listen, false ones are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function makeSvg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** All elements below `root` that a selector finds, as HTML elements. */
export function all(selector: string, root: ParentNode = document): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

/** A button that is pressed or not. */
export function toggle(label: string, pressed: () => boolean, onclick: () => void): Control {
  const button = make("button", { type: "button", onclick }, label);
  return { element: button, refresh: () => button.setAttribute("aria-pressed", String(pressed())) };
}

/** A choice of one among several, as buttons side by side. */
export function choice<T extends string>(
  label: string,
  options: Readonly<Record<T, string>>,
  chosen: () => T,
  choose: (option: T) => void,
): Control {
  const parts = (Object.entries(options) as [T, string][])
    .map(([option, words]) => toggle(words, () => chosen() === option, () => choose(option)));
  return group(label, parts);
}

/** Controls that belong together, side by side. */
export function group(label: string, parts: readonly Control[]): Control {
  return {
    element: make(
      "span",
      { role: "group", "aria-label": label, class: "choice" },
      ...parts.map(({ element }) => element),
    ),
    refresh: () => parts.forEach((part) => part.refresh()),
  };
}

/** Something to choose with; `refresh` shows what is chosen. */
export interface Control {
  readonly element: HTMLElement;
  refresh(): void;
}
