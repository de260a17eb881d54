/**
 * A process that claims a cell, keeps it for a time and says what became of it: `claim_worker.ts FOLDER LEASE MS DAYS`, its
 * clock so many days off.
 */
import { tryClaim } from "../../src/study/claims.ts";

const [folder = "", lease = "", hold = "", days = ""] = Deno.args;
const { now } = Date;
Date.now = () => now() + Number(days) * 86_400_000;
const claim = await tryClaim(folder, { lease: Number(lease), owner: "a process" });
console.log(claim === null ? "refused" : "claimed");
if (claim !== null) {
  await new Promise((resolve) => setTimeout(resolve, Number(hold)));
  await claim.end("done");
  console.log(claim.lost.aborted ? "lost" : "kept");
}
