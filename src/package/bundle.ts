/** One script of an entry and all that it imports. */
import ts from "typescript";

/** Deno's own bundler, which already makes the script of the pages: no other tool has to be kept in step. */
export async function bundled(root: string, entry: string, platform: "browser" | "deno"): Promise<string> {
  const words = ["bundle", "-q", "--config", `${root}/deno.json`, "--platform", platform];
  const { success, stdout, stderr } = await new Deno.Command("deno", { args: [...words, `${root}/${entry}`] })
    .output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr).trim().split("\n")[0]}`);
}

/** Without `using`, which Node 20 and some browsers have not. Bytes in the script are kept from the compiler, which takes minutes over them. */
export function lowered(script: string): string {
  const bytes: string[] = [];
  const short = script.replaceAll(
    /__toBinary\("[^"]*"\)/g,
    (whole) => `__toBinary(${bytes.push(whole) - 1})`,
  );
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpile(short, options).replaceAll(/__toBinary\((\d+)\)/g, (_, at) => bytes[at]!);
}
