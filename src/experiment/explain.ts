/** What is wrong with a value that a schema refuses, in words. */
import * as v from "valibot";

/** A validation failure in words: where, what was expected, what was found. */
export function explain(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const where = path === null ? "" : `${path}: `;
  if (issue.type === "custom") return `${where}${issue.message}, found ${issue.received}`;
  const unknown = issue.type === "strict_object" && issue.expected === "never";
  return unknown
    ? `${where}expected no such key`
    : `${where}expected ${issue.expected ?? issue.requirement}, found ${issue.received}`;
}
