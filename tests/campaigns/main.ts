/** `deno task campaign NAME --count N [--seed N]`: one of the long tests, of which the suite runs a few rounds only. */
import { parseArgs } from "node:util";
import { SEED } from "./campaign.ts";
import { CAMPAIGNS } from "./campaigns.ts";

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals: [name = ""] } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { count: { type: "string" }, seed: { type: "string", default: String(SEED) } },
  });
  const campaign = CAMPAIGNS[name];
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (campaign === undefined || !Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
    console.error(`expected ${Object.keys(CAMPAIGNS).join(" or ")} and --count N, found ${args.join(" ")}`);
    return 2;
  }
  const tell = (progress: string) => console.error(`${name}: ${progress}`);
  console.log(await campaign({ count, seed, tell }));
  return 0;
}
