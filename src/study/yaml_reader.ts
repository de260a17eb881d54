/** Walks the nodes of a YAML document, which know where they stand: what is wrong is said with its line and column. */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { suggestion } from "../names.ts";

export class YamlReader {
  readonly #path: string;
  readonly #lines: LineCounter;
  readonly #document: Document;

  /** Throws an Error of one line, beginning with path:line:column, where the text is no YAML 1.2. */
  constructor(text: string, path: string) {
    this.#path = path;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [syntax] = this.#document.errors;
    if (syntax) throw new Error(`${this.#place(syntax.pos[0])}: ${syntax.message}`);
  }

  /** What the whole document is. */
  get root(): Node | null {
    return this.#document.contents;
  }

  /** The values of a map by key; only `keys` may be there, where they are given. */
  entries(node: unknown, what: string, keys?: readonly string[]): Map<string, Node> {
    if (!isMap(node)) throw this.wrong(node as Node | null, `expected ${what}, found ${kindOf(node)}`);
    const entries = new Map<string, Node>();
    for (const { key, value } of (node as YAMLMap).items as Pair<Node, Node | null>[]) {
      const name = isScalar(key) ? String(key.value) : "";
      if (keys && !keys.includes(name)) {
        const expected = `expected one of the keys ${keys.join(", ")}`;
        throw this.wrong(key, `${expected}, found "${name}"${suggestion(name, keys)}`);
      }
      if (value === null || (isScalar(value) && value.value === null)) {
        throw this.wrong(key, `expected a value of ${name}, found none`);
      }
      entries.set(name, value);
    }
    return entries;
  }

  /** A string that matches. */
  text(node: Node, what: string, pattern = /./): string {
    const text = isScalar(node) && typeof node.value === "string" ? node.value : null;
    if (text !== null && pattern.test(text)) return text;
    throw this.wrong(
      node,
      `expected ${what}, found ${isScalar(node) ? JSON.stringify(node.value) : kindOf(node)}`,
    );
  }

  /** A string or a number whose text matches. */
  pattern(node: Node, pattern: RegExp, what: string): string {
    const text = isScalar(node) ? String(node.value) : "";
    if (pattern.test(text)) return text;
    throw this.wrong(node, `expected ${what}, found ${isScalar(node) ? text : kindOf(node)}`);
  }

  oneOf<T extends string>(node: Node, words: readonly T[]): T {
    const word = words.find((one) => isScalar(node) && node.value === one);
    if (word !== undefined) return word;
    const found = isScalar(node) ? String(node.value) : kindOf(node);
    throw this.wrong(node, `expected ${words.join(" or ")}, found ${found}${suggestion(found, words)}`);
  }

  number(node: Node, what: string): number {
    if (isScalar(node) && typeof node.value === "number") return node.value;
    throw this.wrong(node, `expected a number as ${what}, found ${isMap(node) ? "none" : kindOf(node)}`);
  }

  at(node: Node | null): string {
    return this.#place(node?.range?.[0] ?? 0);
  }

  wrong(node: Node | null, message: string): Error {
    return new Error(`${this.at(node)}: ${message}`);
  }

  /** What an option takes: a number, a word, a list of numbers. */
  value(node: Node): string {
    if (isSeq(node)) return node.items.map((item) => this.value(item as Node)).join();
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "boolean") return String(value);
    throw this.wrong(node, `expected a number, a word or a list of them, found ${kindOf(node)}`);
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#path}:${line}:${col}`;
  }
}

/** What a node is, for messages. */
export function kindOf(node: unknown): string {
  if (isMap(node)) return "a map";
  if (isSeq(node)) return "a list";
  if (isScalar(node)) return node.value === null ? "nothing" : JSON.stringify(node.value);
  return node === null || node === undefined ? "nothing" : "an alias";
}
