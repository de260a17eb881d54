/** The error buffer of nc.h (a code and a message) and the Error it becomes. */

const ERROR_BYTES = 1024;
const CODE_BYTES = 4;

/** An error that native reported. `code` is one of nc.h's NC_ERROR_ values. */
export class NativeError extends Error {
  override readonly name = "NativeError";
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

export function newErrorBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ERROR_BYTES);
}

/** Throws what `buffer` holds unless `status` is 0. */
export function check(status: number, buffer: Uint8Array): void {
  if (status === 0) return;
  const end = buffer.indexOf(0, CODE_BYTES);
  const message = new TextDecoder().decode(buffer.subarray(CODE_BYTES, end < 0 ? undefined : end));
  throw new NativeError(new DataView(buffer.buffer).getInt32(0, true), message);
}
