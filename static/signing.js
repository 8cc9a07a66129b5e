// Signs the letter on the signatory's own device: hands its bytes to NCALayer, the program of the national certification authority that listens on this machine, and sends
// what it signed. The key never comes here. Without this script the file is signed with any program and sent as a file.
{
const form = document.getElementById("device-form");
const button = document.getElementById("device-sign");
const state = document.getElementById("device-state");
// Whoever listens on this machine answers at once; a person at a key takes their time.
const CONNECTING = 5000;
// RFC 5280, 4.2.1.12: the purpose that the national authority gives to keys for documents.
const DOCUMENTS = "1.3.6.1.5.5.7.3.4";
document.getElementById("device-layer").hidden = false;

const say = (what, more) => { state.textContent = more ? `${state.dataset[what]} ${more}` : state.dataset[what]; };

class Fault extends Error {
  constructor(what, more) { super(what); this.what = what; this.more = more; }
}

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

// The letter's bytes, which have to be those whose hash stands on the page.
const fetched = async () => {
  const answer = await fetch(form.dataset.letter).catch(() => null);
  if (!answer?.ok) throw new Fault("unfetched");
  const bytes = await answer.arrayBuffer();
  // Browsers compute it on pages over TLS and of this machine; the server compares in any case.
  if (crypto.subtle && hex(await crypto.subtle.digest("SHA-256", bytes)) !== form.dataset.sha256) throw new Fault("changed");
  return bytes;
};

const base64 = (bytes) => new Promise((resolve) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.readAsDataURL(new Blob([bytes]));
});

const question = (data) => JSON.stringify({
  module: "kz.gov.pki.knca.basics",
  method: "sign",
  args: {
    format: "cms",
    data,
    signingParams: { decode: "true", encapsulate: "false", digested: "false" },
    signerParams: { extKeyUsageOids: [DOCUMENTS] },
    locale: form.dataset.locale,
  },
});

// The signature in an answer; nothing when it is no answer to the question (the greeting, a heartbeat).
const signature = (text) => {
  let answer;
  try { answer = JSON.parse(text); } catch { return null; }
  if (answer === null || typeof answer !== "object" || !("status" in answer)) return null;
  if (answer.status !== true) {
    if (/cancel/i.test(`${answer.code ?? ""} ${answer.message ?? ""}`)) throw new Fault("canceled");
    throw new Fault("refused", String(answer.message ?? answer.code ?? "").slice(0, 200));
  }
  // Whoever closes the window is told so by an answer without a result.
  const result = answer.body?.result;
  if (result === undefined || result === null) throw new Fault("canceled");
  const first = Array.isArray(result) ? result[0] : result;
  if (typeof first !== "string" || first === "") throw new Fault("unknown");
  return first;
};

const signed = (data) => new Promise((resolve, reject) => {
  let socket;
  try { socket = new WebSocket(form.dataset.layer); } catch { reject(new Fault("absent")); return; }
  const late = setTimeout(() => { reject(new Fault("absent")); socket.close(); }, CONNECTING);
  let asked = false;
  socket.onopen = () => { clearTimeout(late); asked = true; say("waiting"); socket.send(question(data)); };
  socket.onerror = () => { clearTimeout(late); reject(new Fault("absent")); };
  socket.onclose = () => { clearTimeout(late); reject(new Fault(asked ? "unknown" : "absent")); };
  socket.onmessage = (event) => {
    try {
      const found = signature(event.data);
      if (found === null) return;
      resolve(found);
    } catch (fault) {
      reject(fault);
    }
    socket.close();
  };
});

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    say("fetching");
    const data = await base64(await fetched());
    say("connecting");
    form.elements.signature.value = await signed(data);
    say("sending");
    form.requestSubmit();
  } catch (fault) {
    say(fault.what ?? "unknown", fault.more);
    button.disabled = false;
    state.focus();
  }
});

// One signature is sent once; a page that is come back to signs anew.
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", () => { sent = false; button.disabled = false; form.elements.signature.value = ""; });
}
