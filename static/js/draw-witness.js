// Makes a witness's secret in the witness's own browser. Only its SHA-256 leaves it until the secret is opened.

import { sha256 } from "./lottery-verify.js";

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // 32 letters without I, O, 0 and 1: each carries five bits
const GROUPS = 5;
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** 125 random bits as five groups of five letters, easy to write down. */
function newSecret() {
  const bytes = crypto.getRandomValues(new Uint8Array(GROUPS * 5));
  const letters = [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return letters.match(/.{5}/g).join("-");
}

const place = document.getElementById("witness");
const key = place && `draw-secret-${place.dataset.key}`;
const make = document.getElementById("make");
const commit = document.getElementById("commit");

function kept() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(secret) {
  try {
    localStorage.setItem(key, secret);
  } catch {
    // Private windows may refuse: the secret is on the screen, to be written down.
  }
}

function show(secret) {
  document.getElementById("secret").textContent = secret;
}

if (make && commit) {
  make.hidden = false;
  if (kept()) show(kept());
  document.getElementById("make-secret").addEventListener("click", () => {
    const secret = newSecret();
    keep(secret);
    show(secret);
    commit.elements.commitment.value = hex(sha256(new TextEncoder().encode(secret)));
    commit.requestSubmit();
  });
}

const opening = document.querySelector("#witness input[name=secret]");
if (opening && !opening.value && kept()) opening.value = kept();
