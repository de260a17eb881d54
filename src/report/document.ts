/** The frame of every page: one file that needs no network and no other file, and shows its pictures without a script, too. */
import { Html, html } from "./html.ts";
import { STYLE_SHEET } from "./style_sheet.ts";

/** What makes a page answer: the bundled script of src/explore, and what it draws from. */
export interface Script {
  readonly code: string;
  /** Plain data. */
  readonly data: unknown;
}

/** A whole HTML document. `body` is the content of <main>. */
export function htmlDocument(title: string, body: Html, script: Script | null = null): string {
  return `${
    html`
      <!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>${title}</title>
          <style>${new Html(STYLE_SHEET)}</style>
        </head>
        <body>
          <main>
      ${body}
          </main>
          ${script === null ? html`` : scriptElements(script)}
        </body>
      </html>
    `.markup
  }\n`;
}

/** Code as the content of a script element, which it cannot end: "<" is written otherwise where it could. */
export function scriptText(code: string): Html {
  return new Html(code.replace(/<(?=\/script|!--)/gi, "\\x3c"));
}

function scriptElements({ code, data }: Script): Html {
  const json = new Html(JSON.stringify(data).replaceAll("<", "\\u003c"));
  return html`
    <script type="application/json" id="data">${json}</script>
    <script type="module">${scriptText(code)}</script>
  `;
}

/** A standalone SVG inside a page: it scales with its column. */
export function inlineSvg(svg: string): Html {
  return new Html(
    svg.replace(/^<svg([^>]*?) width="\d+"/, "<svg$1").replace(/^<svg([^>]*?) height="\d+"/, "<svg$1"),
  );
}

/** A picture in a file beside the page, where inside it would be too heavy. A page with a script draws it itself. */
export function pictureBeside(address: string, alt: string, script: Script | null): Html {
  return unlessDrawn(html`<img src="${address}" alt="${alt}">`, script);
}

/** The same for one of many in closed rows, at its place in a grid: a ground is not asked for before it is seen, even where scripts are off. */
export function groundBeside(address: string, place: string, alt: string, script: Script | null): Html {
  const style = `background-image: url('${address}'); ${place}`;
  return unlessDrawn(html`<div class="still" role="img" aria-label="${alt}" style="${style}"></div>`, script);
}

function unlessDrawn(picture: Html, script: Script | null): Html {
  return script === null ? picture : html`<noscript>${picture}</noscript>`;
}
