/** Serves the report of a run to this machine alone, and tells open pages when the run's files change. */
import { onFreePort } from "./ports.ts";
import type { WatchedRun } from "./watched_run.ts";

/** The address that other machines cannot reach. */
export const HOST = "127.0.0.1";
/** Where the search for a free port begins. */
export const PORT = 8642;
/** Milliseconds between two looks at the files, while a page is open. */
const INTERVAL = 1000;
/** Looks after which an open page hears from the server although nothing changed, so that those gone are noticed. */
const HEARTBEAT = 15;
/** Milliseconds that open pages have at the end to ask for what they lack, and between two looks whether they have. */
const GRACE = 3000;
const LEAVE = 50;

/** Nothing from elsewhere is loaded, and no other page may frame this one or send it forms. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; " +
    "img-src 'self' data: blob:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

export interface Watching extends AsyncDisposable {
  readonly address: string;
  /** Tells open pages what changed since the last look. */
  look(): Promise<void>;
  readonly ended: Promise<void>;
}

/** Serves `run` on the first free port from `port` on, until it is disposed: open pages are then told how it ends, and leave. */
export async function serveRun(run: WatchedRun, { port = PORT }: { port?: number } = {}): Promise<Watching> {
  const pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  await run.look();
  const look = async () => {
    if (await run.look()) tell(pages, `data: ${JSON.stringify(run.live())}\n\n`);
  };
  const server: Deno.HttpServer<Deno.NetAddr> = onFreePort(port, (free) =>
    Deno.serve(
      { hostname: HOST, port: free, onListen() {} },
      (request) => answer(request, { run, pages, look, port: server.addr.port }),
    ));
  let looks = 0;
  let looking = false;
  const timer = setInterval(async () => {
    if (pages.size === 0 || looking) return;
    looking = true;
    await look().finally(() => looking = false);
    if (++looks % HEARTBEAT === 0) tell(pages, ":\n\n");
  }, INTERVAL);
  return {
    address: `http://${HOST}:${server.addr.port}/`,
    look,
    ended: server.finished,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await look();
      await farewell(pages);
      for (const page of pages) page.close();
      pages.clear();
      await server.shutdown();
    },
  };
}

type Pages = Set<ReadableStreamDefaultController<Uint8Array>>;

interface Serving {
  readonly run: WatchedRun;
  readonly pages: Pages;
  readonly look: () => Promise<void>;
  readonly port: number;
}

async function answer(request: Request, { run, pages, look, port }: Serving): Promise<Response> {
  // A name of another site that leads here (DNS rebinding) would let that site read the run.
  const host = request.headers.get("host");
  if (host !== `${HOST}:${port}` && host !== `localhost:${port}`) {
    return refusal(403, `expected the host ${HOST}:${port} or localhost:${port}`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "expected GET");
  const name = new URL(request.url).pathname.slice(1);
  if (name === "events") return events(run, pages);
  // Browsers ask for it unasked, and tell of an error where there is none.
  if (name === "favicon.ico") return new Response(null, { status: 204, headers: HEADERS });
  await look();
  const file = await run.file(name);
  if (file === null) {
    const why = run.live() === null ? "the run has not begun; load this page again" : "no such file";
    return refusal(run.live() === null ? 503 : 404, why);
  }
  return new Response(file.body, { headers: { ...HEADERS, "content-type": file.type } });
}

/** A stream of events: the state now, then each change. */
function events(run: WatchedRun, pages: Pages): Response {
  let own: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller;
      pages.add(own);
      const live = run.live();
      if (live !== null) own.enqueue(bytesOf(`data: ${JSON.stringify(live)}\n\n`));
    },
    cancel: () => void pages.delete(own),
  });
  return new Response(body, { headers: { ...HEADERS, "content-type": "text/event-stream" } });
}

function tell(pages: Pages, text: string): void {
  for (const page of pages) page.enqueue(bytesOf(text));
}

/** Says that nothing more comes, and waits until pages have left: what was measured last would else be out of their reach. */
async function farewell(pages: Pages): Promise<void> {
  tell(pages, "event: end\ndata:\n\n");
  for (let waited = 0; pages.size > 0 && waited < GRACE; waited += LEAVE) {
    await new Promise((resolve) => setTimeout(resolve, LEAVE));
    // That a page has left is noticed where it is told something.
    tell(pages, ":\n\n");
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function refusal(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
}
