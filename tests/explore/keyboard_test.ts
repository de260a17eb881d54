/** The tests of keyboard.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "pages answer to the keyboard alone",
  new URL("keyboard.ts", import.meta.url),
  ["read", "write", "run"],
);
