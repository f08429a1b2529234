/** Where the site is. */

import assert from "node:assert/strict";
import test from "node:test";

import { ROOT } from "../../../static/js/lib/site.js";

test("the site begins above its static files", () => {
  assert.equal(`${ROOT}/static/js/lib/site.js`, import.meta.resolve("../../../static/js/lib/site.js"));
});
