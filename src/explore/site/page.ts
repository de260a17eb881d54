/** The page to which features are dropped: hands them to a worker, shows the report that comes back, and saves it. */
/// <reference lib="dom" />
import type { EpochFiles, Said } from "./worker.ts";
import { isArrayFile } from "../../formats/array_file.ts";

type Report = Extract<Said, { html: string }>;

const within = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const status = within("status");
const saves = within("saves");
const code = within("worker").textContent!;

function show(said: Said): void {
  if ("progress" in said) status.textContent = `${said.progress} …`;
  else if ("error" in said) status.textContent = `not measured: ${said.error}`;
  else {
    status.textContent = "measured";
    within<HTMLIFrameElement>("report").srcdoc = said.html;
    offer(said);
  }
  const done = "html" in said;
  within("report").hidden = !done;
  saves.hidden = !done;
}

function offer({ html, csv, json }: Report): void {
  const files = { html: ["text/html", html], csv: ["text/csv", csv], json: ["application/json", json] };
  for (const [kind, [type, text]] of Object.entries(files)) {
    const link = within<HTMLAnchorElement>(`save-${kind}`);
    URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([text!], { type: type! }));
  }
}

/** Files of several epochs have their number at the end of the name, or of the folder's; .npy files are one epoch's. */
function byEpoch(files: readonly File[]): EpochFiles[] {
  const groups = Map.groupBy(files, (file) => {
    const path = file.webkitRelativePath || file.name;
    const name = path.endsWith(".npy") ? path.split("/").at(-2) ?? "" : path.replace(/\.[^.]+$/, "");
    return Number(/(\d+)$/.exec(name)?.[1] ?? 0);
  });
  return [...groups].map(([epoch, files]) => ({ epoch, files })).sort((a, b) => a.epoch - b.epoch);
}

function measureFiles(all: readonly File[]): void {
  const files = all.filter(({ name }) => isArrayFile(name));
  if (files.length === 0) {
    return show({ error: "expected .npy, .npz or .safetensors files, found none among those given" });
  }
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }: MessageEvent<Said>) => {
    show(data);
    if (!("progress" in data)) worker.terminate();
  };
  worker.onerror = (event) => show({ error: event.message || "the browser could not start the worker" });
  show({ progress: "reading" });
  worker.postMessage(byEpoch(files));
}

for (const id of ["files", "folder"]) {
  const input = within<HTMLInputElement>(id);
  input.addEventListener("change", () => measureFiles([...input.files ?? []]));
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  measureFiles([...event.dataTransfer?.files ?? []]);
});
