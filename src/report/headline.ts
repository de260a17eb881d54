/** Names in headlines. */
import { type Html, html } from "./html.ts";

/** Characters up to which a name fits on a line of a headline on a phone. */
const FITS = 20;

/** A name that does not break at its hyphens. */
export function whole(name: string): Html | string {
  return name.includes("-") && name.length <= FITS ? html`<span class="whole">${name}</span>` : name;
}
