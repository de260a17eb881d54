/**
 * Downloads a file whose MD5 its publisher states. The bytes go to `<file>.part`, and the file appears under its
 * own name only once they are all there and verified. An interrupted download goes on where it stopped by an HTTP
 * range request, guarded by the server's validator (RFC 9110, section 13.1.5): if the file has changed meanwhile,
 * or the server knows no ranges, it starts afresh.
 */
import {
  beginPart,
  findPart,
  keepPart,
  md5Of,
  messageOf,
  type Part,
  partOf,
  removePart,
} from "./part_file.ts";

/** Called as bytes arrive; `total` is absent where the server does not tell it. */
export type OnProgress = (
  progress: { readonly file: string; readonly received: number; readonly total?: number },
) => void;

/** What to download, and where to. */
export interface DownloadOptions {
  /** Addresses of the same file, tried in order. */
  readonly urls: readonly string[];
  /** MD5 as the publisher gives it, 32 lower-case hex digits. */
  readonly md5: string;
  /** File to write; its folder exists. */
  readonly path: string;
  readonly onProgress?: OnProgress | undefined;
  /** How often an address is tried in all, each try going on where the last one stopped. */
  readonly tries?: number;
  /** Milliseconds between two tries. */
  readonly pause?: number;
  /** Milliseconds without a byte after which a connection counts as lost. */
  readonly patience?: number;
}

/**
 * Downloads to `path`, unless a file with the right checksum is there already.
 *
 * @throws if no address delivers, the checksum differs (what was downloaded is then removed), or the disk refuses.
 * What arrived of an interrupted download stays for the next call.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { urls, md5, path } = options;
  if (await md5Of(path) === md5) return;
  // Of a download that was killed before it gave the file its name.
  if (await md5Of(partOf(path)) === md5) return await keepPart(path);
  const failures: string[] = [];
  for (const url of urls) {
    try {
      await fetchWithRetries(url, options);
      return await accept(url, md5, path);
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      failures.push(error.message);
    }
  }
  throw new Error(`cannot download ${path}: ${failures.join("; ")}`);
}

/** A failure of one address; another may do better. */
class AddressError extends Error {}

/** A connection that failed or broke off, or a server that is busy; trying again may do better. */
class ConnectionError extends AddressError {}

async function fetchWithRetries(url: string, options: DownloadOptions): Promise<void> {
  const { tries = 3, pause = 1000 } = options;
  for (let left = tries - 1;; left--) {
    try {
      return await fetchOnce(url, options);
    } catch (error) {
      if (!(error instanceof ConnectionError) || left <= 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** One request, appended to what is there already if the server agrees that it is the same file. */
async function fetchOnce(
  url: string,
  { path, onProgress, patience = 60_000 }: DownloadOptions,
): Promise<void> {
  const part = await findPart(path);
  const watchdog = watch(patience);
  try {
    const response = await connect(url, part, watchdog.signal);
    const { start, total } = await accepted(response, part, path);
    if (start === 0) await beginPart(path, validatorOf(response));
    await receive(response, path, start, total, (received) => {
      watchdog.reset();
      onProgress?.({ file: path, received, ...(total === undefined ? {} : { total }) });
    });
  } finally {
    watchdog.stop();
  }
}

async function connect(url: string, { size, validator }: Part, signal: AbortSignal): Promise<Response> {
  // Identity: a range and a checksum count the file's own bytes, not those of a compressed transfer.
  const headers = new Headers({ "accept-encoding": "identity" });
  if (size > 0) {
    headers.set("range", `bytes=${size}-`);
    headers.set("if-range", validator);
  }
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    throw new ConnectionError(`${url}: ${messageOf(error)}`);
  }
}

/** From which byte on the response brings the file, and the size of the whole, where it is told. */
async function accepted(
  response: Response,
  part: Part,
  path: string,
): Promise<{ start: number; total: number | undefined }> {
  const { status, headers, url } = response;
  if (status === 200) {
    const length = headers.get("content-length");
    return { start: 0, total: length === null ? undefined : Number(length) };
  }
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get("content-range") ?? "");
  if (status === 206 && Number(range?.[1]) === part.size) {
    return { start: part.size, total: Number(range![2]) };
  }
  await response.body?.cancel();
  if (status === 206 || status === 416) {
    // The server's file does not continue ours.
    await removePart(path);
    throw new ConnectionError(`${url}: the server cannot go on from byte ${part.size}`);
  }
  const Failure = status >= 500 || status === 429 ? ConnectionError : AddressError;
  throw new Failure(`${url}: the server answered ${status} ${response.statusText}`.trimEnd());
}

async function receive(
  response: Response,
  path: string,
  start: number,
  total: number | undefined,
  onReceived: (received: number) => void,
): Promise<void> {
  using file = await Deno.open(partOf(path), { append: true });
  let received = start;
  for await (const chunk of bodyOf(response)) {
    await writeAll(file, chunk, path);
    received += chunk.length;
    onReceived(received);
  }
  if (total !== undefined && received !== total) {
    throw new ConnectionError(`${response.url}: the connection ended after ${received} of ${total} bytes`);
  }
}

/** The chunks of a response, with what breaks it told apart from what breaks the disk. */
async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    yield* response.body;
  } catch (error) {
    throw new ConnectionError(`${response.url}: the connection was lost: ${messageOf(error)}`);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
  } catch (error) {
    throw new Error(`cannot write ${partOf(path)}: ${messageOf(error)}`);
  }
}

/** A strong entity tag, or else the date of the last change: what If-Range takes. */
function validatorOf({ headers }: Response): string | null {
  const tag = headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : headers.get("last-modified");
}

/** Gives the part file its name if its checksum is right, and removes it otherwise. */
async function accept(url: string, md5: string, path: string): Promise<void> {
  const found = await md5Of(partOf(path));
  if (found !== md5) {
    await removePart(path);
    throw new AddressError(
      `${url}: expected a file with MD5 ${md5}, received one with ${found} (removed); try again later`,
    );
  }
  await keepPart(path);
}

/** Aborts its signal when `reset` is not called for `patience` milliseconds. */
function watch(patience: number): { signal: AbortSignal; reset: () => void; stop: () => void } {
  const controller = new AbortController();
  const start = () =>
    setTimeout(() => controller.abort(new Error(`no data for ${patience / 1000} s`)), patience);
  let timer = start();
  const stop = () => clearTimeout(timer);
  const reset = () => {
    stop();
    timer = start();
  };
  return { signal: controller.signal, reset, stop };
}
