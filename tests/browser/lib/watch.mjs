// Watches a page for what its reader would not see: errors in the console (a broken policy is one), scripts that threw, files that did not come.
import { fault } from "./faults.mjs";

const FAILED_LOAD = /^Failed to load resource: the server responded with a status of (\d+)/;

export class Watch {
  #expected = [];
  /** Whether a page may fail to reach the program on one's own machine that signs. */
  mayNotConnect = false;
  /** How the page that is there was asked for. */
  method = "GET";
  /** Where a form was sent that was not taken, while its page stands there: the page has an address of its own. */
  sentTo = null;

  constructor(page, who) {
    const at = () => `${who} at ${new URL(page.url() || "about:blank").pathname}`;
    page.on("pageerror", (error) => fault(at(), `a script threw: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      if (this.mayNotConnect && message.text().startsWith("WebSocket connection to ")) return;
      const load = FAILED_LOAD.exec(message.text());
      if (load && this.#expected.includes(Number(load[1]))) return;
      fault(at(), `the console says: ${message.text()} ${message.location().url}`);
    });
    page.on("requestfailed", (request) => {
      // A page that is left while something still loads, and a file that is downloaded, are no failures.
      if (request.failure()?.errorText === "net::ERR_ABORTED") return;
      fault(at(), `${request.method()} ${request.url()} failed: ${request.failure()?.errorText}`);
    });
    page.on("response", (response) => {
      const status = response.status();
      if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) this.#hear(response.request());
      if (status < 400 || this.#expected.includes(status)) return;
      fault(at(), `${response.request().method()} ${new URL(response.url()).pathname} was answered ${status}`);
    });
  }

  #hear(request) {
    const sent = request.redirectedFrom();
    const isTried = sent?.method() === "POST" && new URL(request.url()).searchParams.has("tried");
    this.method = isTried ? "POST" : request.method();
    this.sentTo = isTried ? new URL(sent.url()).pathname : null;
  }

  /** While `doing` runs, pages may be answered with this status, and one has to be. */
  async expecting(page, status, doing) {
    const seen = page.waitForResponse((response) => response.status() === status);
    this.#expected.push(status);
    await Promise.all([seen, doing()]);
    // What the console says of it may come behind the page: it is there before anything that is said afterwards.
    await page.evaluate(() => true);
    this.#expected.pop();
  }
}
