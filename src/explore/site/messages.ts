/** What the page and its worker tell each other: plain data. */
/// <reference lib="dom" />
import type { Frame } from "../../collapse/geometry.ts";
import type { Call } from "../../report/verdict.ts";
import type { Settings } from "./drawn.ts";

/** A file, and the path that messages and epochs are read from. */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

/** Files of one epoch. */
export interface EpochFiles {
  readonly epoch: number;
  readonly files: readonly NamedFile[];
}

export type Asked =
  | {
    /** Measures files and writes their report. */
    readonly epochs: readonly EpochFiles[];
    /** What a reader has to know of them. */
    readonly notes: readonly string[];
    /** The script that the report holds. */
    readonly script: string;
  }
  /** Measures drawn features. */
  | { readonly settings: Settings };

/** How far the worker is, and in the end what came of it, or why nothing did. */
export type Said =
  | { readonly progress: string }
  | { readonly error: string }
  | { readonly html: string; readonly csv: string; readonly json: string }
  | { readonly frame: Frame; readonly families: readonly SaidFamily[] };

/** What the definitions of a family say of drawn features. */
export interface SaidFamily {
  readonly family: string;
  readonly title: string;
  /** What most of them say. */
  readonly call: Call;
  readonly definitions: readonly SaidDefinition[];
}

/** A definition on training samples or on the classifier. */
export interface SaidDefinition {
  readonly title: string;
  /** The column, and its value; null where it is not defined. */
  readonly column: string;
  readonly value: number | null;
  /** At perfect collapse; null where there is no one value. */
  readonly ideal: number | null;
  readonly level: Call["level"];
  /** Why it says nothing, or has no value; null where it has a level. */
  readonly silent: string | null;
  readonly contradicts: boolean;
}
