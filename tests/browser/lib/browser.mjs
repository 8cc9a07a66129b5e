// Chromium as the plays use it: one process, a profile of its own for everybody who sits at it.
import { given } from "./stage.mjs";
import { chromium } from "./packages.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

/** What people sit at. */
export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
const LOCALES = { kk: "kk-KZ", ru: "ru-RU", en: "en-GB" };

/** What the browser itself speaks: whoever has only keys types dates by month, day, year; pictures show them as people here write them. */
const spoken = () => (given.input === "keyboard" ? "en-US" : "ru");

export const open = () =>
  chromium.launch({ executablePath: given.chromium, args: [...FLAGS, `--lang=${spoken()}`], env: { ...process.env, LANGUAGE: spoken() } });

/** A profile of a browser on a device, whose user reads a language. */
export const profile = (browser, { device, language, ...more }) =>
  browser.newContext({
    ...DEVICES[device], locale: LOCALES[language], timezoneId: "Asia/Almaty", baseURL: given.base, reducedMotion: "reduce", ...more,
  });
