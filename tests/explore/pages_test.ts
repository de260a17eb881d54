/** The tests of pages.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "pages answer in a browser, from disk, without a message or a request",
  new URL("pages.ts", import.meta.url),
  ["read", "write", "run"],
);
