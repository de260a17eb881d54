/** What a refusal may look like, from a reader and from the command line. */
import assert from "node:assert/strict";

/** Lines that JavaScript writes about where an error came from. */
const STACK = /^\s+at .*:\d+:\d+\)?$|\bUncaught\b|Stack backtrace/m;
/** What engines say about their own values; a reader speaks of the file. */
const INTERNAL = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "AssertionError"];

/** Throws unless `error` is one that was made for people: one line. */
export function requireMessage(error: unknown): void {
  assert.ok(error instanceof Error, `expected an error, found ${error}`);
  const { name, message } = error;
  assert.ok(!INTERNAL.includes(name), `${name}: ${message}\n${error.stack}`);
  assert.ok(message.length > 20 && message.length < 2000, `expected some words, found "${message}"`);
  assert.ok(!message.includes("\n"), `expected one line, found "${message}"`);
}

/** Throws unless `error` is one that a reader made for people: one line that names the file. */
export function requireRefusal(error: unknown, path: string): void {
  requireMessage(error);
  const { message } = error as Error;
  assert.ok(message.includes(path), `expected ${path} to be named, found "${message}"`);
}

/** Throws unless a command ended well, or with code 1 or 2 and one last line "error: ...", and without any trace. */
export function requireWords({ code, stderr }: { code: number; stderr: string }): void {
  assert.doesNotMatch(stderr, STACK);
  if (code === 0) return;
  assert.ok(code === 1 || code === 2, `exit code ${code}\n${stderr}`);
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines.at(-1)!, /^error: ./, stderr);
  assert.equal(lines.filter((line) => line.startsWith("error:")).length, 1, stderr);
}
