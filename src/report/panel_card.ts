/** A picture of several as a card of a page. */
import { inlineSvg } from "./document.ts";
import type { Panel } from "./grid.ts";
import { type Html, html } from "./html.ts";

export function panelCard({ svg, title, subtitle }: Panel): Html {
  return html`
    <figure class="card">
      <h3>${title}</h3>
      <p>${subtitle}</p>
      <div class="drawing">${inlineSvg(svg)}</div>
    </figure>
  `;
}
