/** The tests of site.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "dropped features are measured in a browser, from disk, without a message or a request",
  new URL("site.ts", import.meta.url),
  ["read", "write", "run"],
);
