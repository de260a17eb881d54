/** The tests of large.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "pages of much open soon and answer at once",
  new URL("large.ts", import.meta.url),
  ["read", "write", "run"],
);
