/** Measures beside the page, which stays alive: files that a reader handed over, and drawn features. */
import "./buffer.ts";
import type { Asked, Said } from "./messages.ts";
import { saidOf } from "./said.ts";
import { siteReport } from "./site_report.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Asked>) => void;
  postMessage(said: Said): void;
};

scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage(
      "settings" in data
        ? await saidOf(data.settings)
        : await siteReport(data, (progress) => scope.postMessage({ progress })),
    );
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    scope.postMessage({ error: line! });
  }
};
