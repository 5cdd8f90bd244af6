// Recomputes a draw in the visitor's browser, with the second implementation of the rules (lottery-verify.js).

import { sha256, verifyBundle, verifyPanels, verifyReplacement, verifyResult } from "./lottery-verify.js";

const place = document.getElementById("check");
const say = place.dataset;
const list = document.getElementById("steps");
const button = document.getElementById("run");
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function line(text, good) {
  const item = document.createElement("li");
  item.className = good ? "ok" : "bad";
  item.textContent = `${good ? "✓" : "✗"} ${text}`;
  list.append(item);
}

async function bytesOf(address, inputId) {
  const own = document.getElementById(inputId)?.files[0];
  if (own) return new Uint8Array(await own.arrayBuffer());
  if (!address) return null;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

async function run() {
  button.disabled = true;
  list.replaceChildren();
  place.dataset.done = "";
  const waiting = document.createElement("li");
  waiting.textContent = say.tWait;
  list.append(waiting);
  await new Promise((next) => setTimeout(next, 30)); // let the words be painted before the arithmetic begins
  try {
    const bundle = await bytesOf(say.bundle, "own-bundle");
    const panels = await bytesOf(say.panels, "own-panels");
    const result = await bytesOf(say.result, "own-result");
    const replacement = await bytesOf(say.replacement, "own-replacement");
    waiting.remove();
    if (hex(sha256(bundle)) !== say.commitment) throw new Error(say.tDiffers);
    line(say.tSame, true);
    const checked = verifyBundle(bundle);
    line(checked.bundle.mode === "simple" ? say.tSimple : say.tProof, true);
    if (panels) {
      if (hex(sha256(panels)) !== say.panelsCommitment) throw new Error(say.tDiffers);
      verifyPanels(bundle, panels, JSON.parse(say.witnesses));
      line(say.tPanels, true);
    }
    if (result) {
      const { result: found } = verifyResult(bundle, result, JSON.parse(say.witnesses));
      if (panels && found.mixed?.table !== say.panelsCommitment) throw new Error(say.tDiffers);
      line(say.tDraw, true);
      line(`${say.tSelected}: ${found.selected.join(", ")}`, true);
    }
    if (result && replacement) {
      verifyReplacement(bundle, result, replacement);
      line(say.tReplace, true);
    }
    place.dataset.done = "yes";
  } catch (error) {
    waiting.remove();
    line(`${say.tFail}: ${error.name === "Error" ? "" : `${error.name} `}${error.message}`, false);
    place.dataset.done = "no";
  }
  button.disabled = false;
}

button.hidden = false;
button.addEventListener("click", run);
