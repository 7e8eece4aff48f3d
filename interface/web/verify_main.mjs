/**
 * Where the one script of the verify page begins: in a page as the page, in a worker as the worker.
 *
 * The script is all modules that this one imports, joined by `verify_html.py`; it is no module
 * itself, since a page that is opened from a file can import none.
 */

import { startPage } from "./verify_page.mjs";
import { answerJobs } from "./verify_worker.mjs";

if (typeof document === "undefined") {
  answerJobs(globalThis);
} else {
  startPage(/** @type {HTMLScriptElement} */ (document.currentScript));
}
