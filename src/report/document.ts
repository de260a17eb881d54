/** The frame of every page of a report: one file that needs no network, no script and no other file. */
import { Html, html } from "./html.ts";
import { STYLE_SHEET } from "./style_sheet.ts";

/** A whole HTML document. `body` is the content of <main>. */
export function htmlDocument(title: string, body: Html): string {
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
        </body>
      </html>
    `.markup
  }\n`;
}

/** A standalone SVG inside a page: it scales with its column. */
export function inlineSvg(svg: string): Html {
  return new Html(
    svg.replace(/^<svg([^>]*?) width="\d+"/, "<svg$1").replace(/^<svg([^>]*?) height="\d+"/, "<svg$1"),
  );
}
