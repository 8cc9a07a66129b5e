// What lies beside the text, one thing at a time: pages, questions, contributions, remarks, versions (WAI-ARIA tabs). Without this file they
// stand one below the other.
export class Panels {
  constructor(desk) {
    this.tabs = [...desk.querySelectorAll("[role=tab]")];
    this.bar = desk.querySelector("[role=tablist]");
    // A contribution's page has too little beside its text to need them.
    if (!this.bar) return;
    this.bar.hidden = false;
    this.bar.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.choose(tab);
    });
    this.bar.addEventListener("keydown", (event) => {
      const here = this.tabs.indexOf(event.target.closest("[role=tab]"));
      const step = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
      if (here < 0 || step === undefined) return;
      event.preventDefault();
      const next = this.tabs[(step + this.tabs.length) % this.tabs.length];
      this.choose(next);
      next.focus();
    });
    const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
    const asked = this.tabs.find((tab) => panel(tab).querySelector(".has-error")) ?? this.tabs.find((tab) => `#${panel(tab).id}` === location.hash);
    this.choose(asked ?? this.tabs[0]);
    // Beside the text nothing has to be scrolled to.
    if (asked) desk.scrollIntoView();
  }

  choose(chosen) {
    for (const tab of this.tabs) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", is);
      tab.tabIndex = is ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      panel.hidden = !is;
      panel.setAttribute("role", "tabpanel");
      panel.classList.add("is-panel");
    }
  }

  /** Opens the panel of a name, as a key does. */
  open(name) {
    const tab = this.tabs.find((one) => one.dataset.panel === name);
    if (!tab) return;
    this.choose(tab);
    document.getElementById(tab.getAttribute("aria-controls")).querySelector("button, a, textarea")?.focus();
  }
}
