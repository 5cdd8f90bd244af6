// Makes and uses passkeys (WebAuthn). The page works without it: codes do the same. No inline script, no library.

const toBytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const post = async (address, csrf, body) => {
  const response = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  });
  const isJson = (response.headers.get("Content-Type") || "").includes("json");
  const answer = isJson ? await response.json() : {};
  if (!response.ok) throw new Error(answer.error || "");
  return answer;
};

const withIds = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

const make = async (options) => {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withIds(options.excludeCredentials),
    },
  });
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: toText(credential.response.clientDataJSON),
      attestationObject: toText(credential.response.attestationObject),
      transports: credential.response.getTransports ? credential.response.getTransports() : [],
    },
    clientExtensionResults: {},
  };
};

const use = async (options) => {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: withIds(options.allowCredentials),
    },
  });
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: toText(credential.response.clientDataJSON),
      authenticatorData: toText(credential.response.authenticatorData),
      signature: toText(credential.response.signature),
      userHandle: credential.response.userHandle ? toText(credential.response.userHandle) : null,
    },
    clientExtensionResults: {},
  };
};

const box = document.querySelector("[data-passkey-error]");

const say = (text) => {
  box.querySelector("[data-passkey-text]").textContent = text;
  box.hidden = !text;
};

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    say(button.dataset.failed);
    continue;
  }
  button.addEventListener("click", async () => {
    const { options, answer, next, csrf, failed } = button.dataset;
    button.disabled = true;
    say("");
    try {
      const asked = await post(options, csrf, {});
      const credential = await (button.dataset.passkey === "make" ? make(asked) : use(asked));
      const name = document.querySelector("[data-passkey-name]")?.value || "";
      const done = await post(answer, csrf, { credential, name, next });
      window.location.assign(done.next);
    } catch (error) {
      // A cancelled dialog and a refused key look alike to the person: nothing happened, they may try again.
      say((error instanceof DOMException ? "" : error.message) || failed);
      button.disabled = false;
    }
  });
  button.disabled = false; // until now a press would have gone unheard
}
