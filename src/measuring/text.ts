/** Text laid out for a terminal. */

/** Columns that every terminal has. */
export const TERMINAL_WIDTH = 80;

/** `text` broken between words so that, behind `indent` spaces, no line is longer than `width` unless one word is. */
export function wrap(
  text: string,
  { indent = 0, width = TERMINAL_WIDTH }: { indent?: number; width?: number } = {},
): string {
  const margin = " ".repeat(indent);
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (indent + longer.length > width && lines.at(-1) !== "") lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => margin + line).join("\n");
}
