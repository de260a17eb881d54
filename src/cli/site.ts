/** `deno task site`: writes the page that measures dropped features to build/site/. */
import { resolve } from "node:path";
import { bundled, lowered } from "../package/bundle.ts";
import { makeFolder, writeWhole } from "../files.ts";
import { scriptText } from "../report/document.ts";
import { Html, html } from "../report/html.ts";
import { readPageScript } from "../report/page_script.ts";
import { STYLE_SHEET } from "../report/style_sheet.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
/** No connection of any kind: scripts, styles and fonts stand in the page itself, and the report in it is held to the same. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; " +
  "font-src data:; img-src data: blob:; frame-src blob:; connect-src 'none'; form-action 'none'; base-uri 'none'";

/** What the page has that no report has. */
const SITE_STYLE = `
iframe { width: 100%; height: 90vh; border: 1px solid var(--rule); margin-top: 16px; }
label { display: block; margin-top: 12px; }
.drop { margin: 20px 0 12px; padding: 18px 20px; border: 1.5px dashed var(--faint); border-radius: 6px; background: var(--panel); font-size: 15px; }
.drop label { display: inline-block; margin-right: 28px; } .drop input { max-width: 100%; }
@media print { .drop, .slider, #trial .controls { display: none; } iframe { height: 240mm; border: 0; } }
.slider input { width: 100%; padding: 0; accent-color: var(--ink); } .slider output { float: right; font-weight: 600; }
.said-of-drawn { margin-top: 20px; } .said-of-drawn details { border-bottom: 1px solid var(--hair); padding: 8px 0; }
`;

/** The whole document. `root` is the project's folder. */
export async function sitePage(root: string): Promise<string> {
  const script = async (name: string) =>
    scriptText(lowered(await bundled(root, `src/explore/site/${name}.ts`, "browser")));
  const [page, worker] = [await script("page"), await script("worker")];
  const report = scriptText(await readPageScript() ?? "");
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Measure neural collapse</title>
        <style>${new Html(STYLE_SHEET + SITE_STYLE)}</style>
      </head>
      <body>
        <main>
          <header>
            <h1>Neural collapse of your features</h1>
          </header>
          <section class="finding" aria-label="Files">
            <div class="lead">
              <p>Has the last layer of your network collapsed: is each class a point, are the points spread like a simplex, and has
            the classifier turned onto them? Measured here, by every definition.</p>
            </div>
            <p>Nothing leaves this machine: the page is forbidden every connection, and measures here.</p>
            <div class="drop">
              <p><strong>Drop files, or a folder, anywhere on this page.</strong> A .npz, .safetensors or .pth file with
              <code>train_features</code>, <code>train_labels</code> and, where you have them, <code>weight</code>, <code>bias</code>,
              <code>test_features</code> and <code>test_labels</code>; or .npy files of these names; or partial statistics; or a folder
              with files of several epochs, each with its number at the end of its name.</p>
              <label>Files <input id="files" type="file" multiple accept=".npy,.npz,.safetensors,.pth,.pt"></label>
              <label>A folder, for several epochs <input id="folder" type="file" webkitdirectory></label>
            </div>
            <p id="status" role="status"></p>
            <p id="saves" hidden>Save as <a id="save-csv" download="metrics.csv">CSV</a>,
            <a id="save-json" download="metrics.json">JSON</a>, <a id="save-html" download="report.html">HTML</a></p>
          </section>
          <iframe id="report" title="Report" sandbox="allow-scripts allow-downloads" hidden></iframe>
          <section aria-labelledby="try">
            <h2 id="try">Try it: why definitions disagree</h2>
            <p>Features of five classes, drawn by settings that you move. Each definition says whether what it looks at is at
            collapse, near to it or far from it, by its own scale; where one denies what most of its family say, it is marked.</p>
            <div id="trial"></div>
          </section>
        </main>
        <script type="text/plain" id="worker">${worker}</script>
        <script type="text/plain" id="report-script">${report}</script>
        <script type="module">${page}</script>
      </body>
    </html>
  `.markup;
}

if (import.meta.main) {
  try {
    await makeFolder(`${ROOT}/build/site`);
    await writeWhole(`${ROOT}/build/site/index.html`, await sitePage(ROOT));
    console.error("wrote build/site/index.html: open it from disk, or put the folder on a web server");
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}
