/** `deno task site`: writes the page that measures dropped features to build/site/. */
import { resolve } from "node:path";
import { bundled, lowered } from "../package/bundle.ts";
import { makeFolder, writeWhole } from "../files.ts";
import { Html, html } from "../report/html.ts";
import { STYLE_SHEET } from "../report/style_sheet.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
/** No connection of any kind: scripts, styles and fonts stand in the page itself. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; " +
  "font-src data:; img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'";

/** The whole document. `root` is the project's folder. */
export async function sitePage(root: string): Promise<string> {
  const script = async (name: string) =>
    new Html(
      (lowered(await bundled(root, `src/explore/site/${name}.ts`, "browser"))).replace(
        /<(?=\/script|!--)/gi,
        "\\x3c",
      ),
    );
  const [page, worker] = [await script("page"), await script("worker")];
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Measure neural collapse</title>
        <style>${new Html(STYLE_SHEET)}
          iframe { width: 100%; height: 80vh; border: 1px solid var(--rule); margin-top: 16px; }
          label { display: block; margin-top: 12px; }
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>Neural collapse of your features</h1>
          </header>
          <section class="lead" aria-label="Files">
            <p>Drop a .npz or .safetensors file with train_features, train_labels and, where you have them, weight, bias,
            test_features and test_labels; or .npy files of these names; or files of several epochs, each with its number at
            the end of its name.</p>
            <p>Nothing leaves this machine: the page is forbidden every connection, and measures here.</p>
            <label>Files <input id="files" type="file" multiple accept=".npy,.npz,.safetensors"></label>
            <label>A folder, for several epochs <input id="folder" type="file" webkitdirectory></label>
            <p id="status" role="status"></p>
            <p id="saves" hidden>Save as <a id="save-csv" download="metrics.csv">CSV</a>,
            <a id="save-json" download="metrics.json">JSON</a>, <a id="save-html" download="report.html">HTML</a></p>
          </section>
          <iframe id="report" title="Report" sandbox hidden></iframe>
        </main>
        <script type="text/plain" id="worker">${worker}</script>
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
