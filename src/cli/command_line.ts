/** Command lines as text. */

/** A command line that can be pasted into a shell. */
export function commandLine(task: string, words: readonly string[]): string {
  return ["deno task", task, ...words.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
