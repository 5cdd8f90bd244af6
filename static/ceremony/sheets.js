// Letters with voting codes: drawn on this page for the printer, and written as a table for a mail merge. Never sent.

import { at, say } from "../booth/page.js";
import { qrPath } from "../booth/qr.js";
import { slipOf } from "./slips.js";

/** The people of a list that was chosen here: one a line, fields apart by commas or tabs; the first is the name. */
export const readPeople = (text) =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.split(/[\t,]/).map((cell) => cell.trim().replace(/^"|"$/g, "")))
    .filter((cells) => cells.some(Boolean))
    .map(([name, ...rest]) => ({ name, address: rest.filter(Boolean).join(" ") }));

/** Where a code opens the booth: the code stands behind the ``#``, which no browser sends. */
const linkOf = (booth, code) => `${location.origin}${booth}#${code}`;

/** The letters whose people fit what was typed: part of a name or address, or the letter's number. */
export const findLetters = (count, people, text) => {
  const wanted = text.trim();
  return Array.from({ length: count }, (_, index) => ({ index, ...(people[index] ?? { name: "", address: "" }) })).filter(
    ({ index, name, address }) => String(index + 1) === wanted || (wanted.length > 0 && `${name} ${address}`.includes(wanted)),
  );
};

const drawQr = (drawing, text) => {
  const { path, width } = qrPath(text);
  drawing.setAttribute("viewBox", `0 0 ${width} ${width}`);
  drawing.querySelector(".qr-ink").setAttribute("d", path);
};

/** Draw one sheet for each code. */
export const drawSheets = (codes, people, booth, uuid) => {
  const sheets = codes.map((code, index) => {
    const sheet = at("sheet").content.firstElementChild.cloneNode(true);
    const person = people[index];
    sheet.querySelector(".to").textContent = person ? person.name : say("card", { n: index + 1 });
    sheet.querySelector(".address").textContent = person ? person.address : "";
    sheet.querySelector(".code").textContent = code;
    drawQr(sheet.querySelector(".qr svg"), linkOf(booth, code));
    const slip = slipOf(code, uuid);
    sheet.querySelector(".station-number").textContent = slip;
    sheet.querySelector(".slip-to").textContent = sheet.querySelector(".to").textContent;
    drawQr(sheet.querySelector(".slip-qr svg"), slip);
    return sheet;
  });
  at("sheets").replaceChildren(...sheets);
};

// A cell that a spreadsheet would take for a formula is written as text.
const cell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** The same as a table: for mail merges and for those who send messages themselves. */
export const mergeTable = (codes, people, booth, uuid) => {
  const rows = codes.map((code, index) => {
    const { name, address } = people[index] ?? { name: say("card", { n: index + 1 }), address: "" };
    return [name, address, code, linkOf(booth, code), slipOf(code, uuid)].map(cell).join(",");
  });
  return `\uFEFF${[say("columns"), ...rows].join("\r\n")}\r\n`;
};
