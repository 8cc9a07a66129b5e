// An identity provider as an office has one: the reference implementation `oidc-provider`, with a page of its own on which one says who one is.
//
// It prints the address that it listens on, reads the address of the installation under test from its standard input, prints `ready`, and ends
// when that input ends.
import crypto from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

// Node 18 keeps this where its modules are; the library looks for it where browsers have it.
globalThis.crypto ??= crypto.webcrypto;

const { Provider } = await import("oidc-provider");

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
console.log(issuer);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const office = (await lines.next()).value;

const jwk = (kind, options, more) => ({ ...crypto.generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }), ...more });
const jwks = { keys: [
  jwk("rsa", { modulusLength: 2048 }, { kid: "rsa", use: "sig" }),
  jwk("ec", { namedCurve: "P-256" }, { kid: "ec", use: "sig" }),
  jwk("ed25519", {}, { kid: "ed", use: "sig", alg: "EdDSA" }),
] };

// One client for each way of signing; the third is a public one, without a secret.
const client = (id, algorithm, method) => ({
  client_id: id,
  ...(method === "none" ? {} : { client_secret: "between the office and its provider: 100% & more" }),
  token_endpoint_auth_method: method,
  id_token_signed_response_alg: algorithm,
  redirect_uris: [`${office}/login/provider/return`],
  response_types: ["code"],
  grant_types: ["authorization_code"],
});

const provider = new Provider(issuer, {
  jwks,
  clients: [
    client("office", "RS256", "client_secret_basic"),
    client("office-ps", "PS256", "client_secret_basic"),
    client("office-ec", "ES256", "none"),
    client("office-ed", "EdDSA", "client_secret_basic"),
  ],
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
  pkce: { required: () => true },
  acrValues: ["urn:office:1", "urn:office:2"],
  claims: { openid: ["sub"], acr: null, auth_time: null },
  cookies: { keys: ["a key of this run"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/who/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Whoever signs in for their office has agreed to that once.
  loadExistingGrant: async (context) => {
    const { Grant } = context.oidc.provider;
    const grant = new Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

// `/who/…` asks who one is; `?subject=…&acr=…` answers, `?error=…` goes away again.
const callback = provider.callback();
server.on("request", async (request, response) => {
  const asked = new URL(request.url, issuer);
  if (!asked.pathname.startsWith("/who/")) return callback(request, response);
  const { searchParams } = asked;
  const result = searchParams.has("error")
    ? { error: searchParams.get("error"), error_description: "nobody" }
    : { login: { accountId: searchParams.get("subject"), acr: searchParams.get("acr") ?? "urn:office:1" } };
  if (!searchParams.has("error") && !searchParams.has("subject")) {
    const { prompt } = await provider.interactionDetails(request, response);
    return response.end(`who are you? ${prompt.name}: ${prompt.reasons.join(" ")}`);
  }
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
});
console.log("ready");

for await (const _ of lines);
process.exit(0);
