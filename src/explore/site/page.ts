/** The page to which features are dropped: a worker measures them, the page shows the report that comes back, and saves it. */
/// <reference lib="dom" />
import type { Settings } from "./drawn.ts";
import { chosen, dropped } from "./dropped.ts";
import { byEpoch } from "./epochs.ts";
import type { Asked, NamedFile, Said } from "./messages.ts";
import { tryIt } from "./try_it.ts";

type Report = Extract<Said, { html: string }>;

const within = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const status = within("status");
const saves = within("saves");
const report = within<HTMLIFrameElement>("report");
const workerAddress = address(within("worker").textContent!, "text/javascript");
const script = within("report-script").textContent!;
let measuring: Worker | undefined;

function show(said: Said): void {
  if ("progress" in said) status.textContent = `${said.progress} …`;
  else if ("error" in said) status.textContent = `not measured: ${said.error}`;
  else if ("html" in said) {
    status.textContent = "measured";
    offer(said);
  }
  const done = "html" in said;
  report.hidden = !done;
  saves.hidden = !done;
}

function offer({ html, csv, json }: Report): void {
  const files = { html: ["text/html", html], csv: ["text/csv", csv], json: ["application/json", json] };
  for (const [kind, [type, text]] of Object.entries(files)) {
    const link = within<HTMLAnchorElement>(`save-${kind}`);
    URL.revokeObjectURL(link.href);
    link.href = address(text!, type!);
  }
  // The one that can be saved is the one that is shown.
  report.src = within<HTMLAnchorElement>("save-html").href;
}

function address(text: string, type: string): string {
  return URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
}

/** A worker that answers `listen`; one that cannot start answers with an error. */
function started(listen: (said: Said) => void): Worker {
  const worker = new Worker(workerAddress);
  worker.onmessage = ({ data }: MessageEvent<Said>) => listen(data);
  worker.onerror = (event) => listen({ error: event.message || "the browser could not start the worker" });
  return worker;
}

async function measureFiles(found: readonly NamedFile[] | Promise<readonly NamedFile[]>): Promise<void> {
  // What is under way is of files that a reader has turned from.
  measuring?.terminate();
  show({ progress: "reading" });
  try {
    const asked: Asked = { ...byEpoch(await found), script };
    const worker = started((said) => {
      show(said);
      if (!("progress" in said)) worker.terminate();
    });
    measuring = worker;
    worker.postMessage(asked);
  } catch (error) {
    show({ error: error instanceof Error ? error.message : String(error) });
  }
}

for (const id of ["files", "folder"]) {
  const input = within<HTMLInputElement>(id);
  input.addEventListener("change", () => void measureFiles(chosen(input.files ?? [])));
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer) void measureFiles(dropped(event.dataTransfer));
});

/** Draws one after the other: of those that a reader passed by meanwhile, the last. */
function drawWhenIdle(): (settings: Settings) => void {
  let worker: Worker | undefined;
  let busy = false;
  let next: Settings | null = null;
  const go = () => {
    if (busy || next === null) return;
    const asked: Asked = { settings: next };
    [busy, next] = [true, null];
    worker ??= started((said) => {
      busy = false;
      if ("frame" in said) trial.show(said);
      else if ("error" in said) within("trial").dataset.error = said.error;
      go();
    });
    worker.postMessage(asked);
  };
  return (settings) => {
    next = settings;
    // After the place for the answer is there.
    queueMicrotask(go);
  };
}

const trial = tryIt(drawWhenIdle());
within("trial").append(trial.element);
