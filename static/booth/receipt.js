// The receipt on the page, on paper, in a file. It says that a ballot arrived, never what is in it.

import { announce, at, facts, say } from "./page.js";
import { qrPath } from "./qr.js";

/** Where a ballot is found on the public board. */
export const findAddress = (tracker) => `${location.origin}${facts.addresses.find}?tracker=${encodeURIComponent(tracker)}`;

const when = (receipt) =>
  new Date(receipt.at).toLocaleString(document.documentElement.lang === "ko" ? "ko-KR" : "en-GB", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "Asia/Seoul",
  });

/** What witnesses have said of the head that covers this ballot, in words. */
const witnessed = ({ receipt, witnesses }) => {
  const { quorum, keys } = witnesses;
  const n = receipt.cosigned.length;
  if (!keys.length) return say("noWitnesses");
  if (n >= quorum) return say("witnessed", { n });
  return n ? say("someWitnesses", { n, quorum }) : say("awaitingWitnesses");
};

/** Fill the receipt's page; return what it says of the witnesses. */
export const fillReceipt = ({ receipt, witnesses }) => {
  const { tracker, height, event } = receipt;
  const words = witnessed({ receipt, witnesses });
  at("receipt-witnesses").textContent = words;
  at("ask-witnesses").hidden = receipt.cosigned.length >= witnesses.quorum;
  at("receipt-code").textContent = tracker;
  at("receipt-time").textContent = when(receipt);
  at("receipt-height").textContent = say("height", { n: height });
  at("receipt-event").textContent = event;
  at("receipt-root").textContent = say("head", { n: receipt.size, root: receipt.root });
  at("receipt-find").href = findAddress(tracker);
  const { path, width } = qrPath(findAddress(tracker));
  const drawing = at("receipt-qr");
  drawing.setAttribute("viewBox", `0 0 ${width} ${width}`);
  drawing.querySelector("path").setAttribute("d", path);
  return words;
};

/** Give the voter a file; nothing is sent. */
export const save = (name, type, text) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

/** Give the receipt as a text file that anybody can read. */
export const saveReceipt = ({ receipt, witnesses }) => {
  const lines = [
    facts.name,
    "",
    `${say("fileTracker")}: ${receipt.tracker}`,
    `${say("fileTime")}: ${when(receipt)}`,
    `${say("fileHeight")}: ${receipt.height}`,
    `${say("fileEvent")}: ${receipt.event}`,
    `${say("fileRoot")}: ${say("head", { n: receipt.size, root: receipt.root })}`,
    `${say("fileWitnesses")}: ${witnessed({ receipt, witnesses })}`,
    `${say("fileElection")}: ${facts.fingerprint}`,
    `${say("fileFind")}: ${findAddress(receipt.tracker)}`,
    "",
    say("fileNote"),
    "",
  ];
  save(`${say("fileName")}-${facts.file}.txt`, "text/plain;charset=utf-8", lines.join("\r\n"));
};

/** Give the proof that the ballot stands on the board, as programs read it. */
export const saveProof = (receipt) => save(`${facts.file}.tlog-proof`, "text/plain;charset=utf-8", receipt.proof);

/** Put the tracker on the clipboard, and say whether that worked. */
export const copyTracker = async (receipt, button) => {
  let said = say("copied");
  try {
    await navigator.clipboard.writeText(receipt.tracker);
  } catch {
    said = say("notCopied");
  }
  announce(said);
  const label = button.lastChild;
  const before = label.textContent;
  if (before === said) return;
  label.textContent = said;
  setTimeout(() => {
    label.textContent = before;
  }, 4000);
};
