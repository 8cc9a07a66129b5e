// The two packages of others. They lie in a cache outside of the tree (SAUAL_BROWSER_MODULES), which main.rs fills by the lock file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.SAUAL_BROWSER_MODULES, "here.js"));

export const { chromium } = require("playwright-core");

/** The source of axe-core, which runs inside the page. */
export const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
