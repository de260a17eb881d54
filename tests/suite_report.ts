/** What a run of the tests comes to: how many passed and failed, which were ignored and whether they may be. */
import { DOMParser } from "linkedom";

/** A test or a step of one. */
export interface Case {
  /** Without its reason to be ignored; of a step with such a reason, the name of the test. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "ignored";
  /** Why it was ignored. */
  readonly reason: string | null;
  readonly isStep: boolean;
  readonly seconds: number;
}

export interface Ignored {
  readonly name: string;
  readonly reason: string;
}

/** Between the name of a test and that of its step. */
const STEP = " > ";
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** How many tests are named with their seconds where all ran. */
const SLOWEST = 20;
const UNEXPLAINED = "without a reason";

/** The cases in a report in JUnit's XML, as `deno test --junit-path` writes it; none in an empty one. */
export function parseReport(xml: string): Case[] {
  if (xml.trim() === "") return [];
  const document = new DOMParser().parseFromString(xml, "text/xml");
  return [...document.querySelectorAll("testcase")].map((element) => {
    const title = decodeEntities(element.getAttribute("name") ?? "");
    const outcome = element.querySelector("skipped")
      ? "ignored"
      : element.querySelector("failure, error")
      ? "failed"
      : "passed";
    const [, name, reason] = /^(.*?)(?: >)? \[ignored: (.*)\]$/s.exec(title) ?? [];
    return {
      name: name ?? title,
      outcome,
      reason: outcome === "ignored" ? reason ?? UNEXPLAINED : null,
      isStep: title.includes(STEP),
      seconds: Number(element.getAttribute("time")),
    };
  });
}

/** linkedom leaves the entities of XML's attributes as they are written. */
function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
    (whole, decimal, hex, name: keyof typeof ENTITIES) => {
      if (name) return ENTITIES[name] ?? whole;
      return String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal));
    },
  );
}

/** The tests that may be ignored: lines of reasons, and under each, indented, its tests. Throws where it is not that. */
export function parseIgnored(text: string): Ignored[] {
  const ignored: Ignored[] = [];
  let reason: string | null = null;
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (!line.startsWith("  ")) reason = line;
    else if (reason === null) throw new Error(`line ${i + 1}: expected a reason before the first test`);
    else ignored.push({ name: line.trim(), reason });
  }
  return ignored;
}

export interface SummaryOptions {
  readonly allowed: readonly Ignored[];
  /** Whether ignored tests are held against those that may be. */
  readonly strict: boolean;
  /** Whether all tests ran, so that one that is allowed and not there has vanished. */
  readonly whole: boolean;
  /** Whether `deno test` ended well: errors outside of tests are in no report. */
  readonly success: boolean;
}

/** The text to end with, and the number of failures in it. */
export function summarise(
  cases: readonly Case[],
  { allowed, strict, whole, success }: SummaryOptions,
): { text: string; failed: number } {
  const ignored = cases.flatMap(({ name, reason }) => reason === null ? [] : [{ name, reason }]);
  const unexpected = strict ? without(ignored, allowed) : [];
  const names = new Set(cases.map(({ name }) => name));
  const vanished = strict && whole ? allowed.filter(({ name }) => !names.has(name)) : [];
  const tests = cases.filter(({ isStep }) => !isStep);
  const count = (outcome: Case["outcome"]) => tests.filter((test) => test.outcome === outcome).length;
  const counted = count("failed") + unexpected.length + vanished.length;
  const failed = success || counted > 0 ? counted : 1;
  const slowest = !whole ? [] : tests.filter(({ seconds }) => seconds >= 1)
    .toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const text = [
    ...slowest.length === 0
      ? []
      : ["", "slowest:", ...slowest.map(({ name, seconds }) => `  ${Math.round(seconds)} s: ${name}`), ""],
    ...listOf(`ignored, ${ignored.length} in all:`, ignored),
    ...listOf("failed, because ignored without standing in tests/ignored.txt:", unexpected),
    ...listOf("failed, because in tests/ignored.txt and no test at all:", vanished),
    `${count("passed")} passed, ${failed} failed`,
  ].join("\n");
  return { text, failed };
}

/** Those of `ignored` that `allowed` does not hold; each of its lines stands for one. */
function without(ignored: readonly Ignored[], allowed: readonly Ignored[]): Ignored[] {
  const left = allowed.map(keyOf);
  return ignored.filter((one) => {
    const place = left.indexOf(keyOf(one));
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

function keyOf({ name, reason }: Ignored): string {
  return `${reason}\n${name}`;
}

/** Lines as in tests/ignored.txt under a title, grouped by reason; nothing for none. */
function listOf(title: string, tests: readonly Ignored[]): string[] {
  if (tests.length === 0) return [];
  const groups = Map.groupBy(tests, ({ reason }) => reason);
  return [
    "",
    title,
    ...[...groups].flatMap(([reason, members]) => [reason, ...members.map(({ name }) => `  ${name}`)]),
    "",
  ];
}
