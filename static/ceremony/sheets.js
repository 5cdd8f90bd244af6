// Letters with voting codes: drawn on this page for the printer, and written as a table for a mail merge. Never sent.

import { at, say } from "../booth/page.js";
import { qrPath } from "../booth/qr.js";

/** The people of a list that was chosen here: one a line, fields apart by commas or tabs; the first is the name. */
export const readPeople = (text) =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.split(/[\t,]/).map((cell) => cell.trim().replace(/^"|"$/g, "")))
    .filter((cells) => cells.some(Boolean))
    .map(([name, ...rest]) => ({ name, address: rest.filter(Boolean).join(" ") }));

/** Where a code opens the booth: the code stands behind the ``#``, which no browser sends. */
export const linkOf = (booth, code) => `${location.origin}${booth}#${code}`;

/** Draw one sheet for each code. */
export const drawSheets = (codes, people, booth) => {
  const sheets = codes.map((code, index) => {
    const sheet = at("sheet").content.firstElementChild.cloneNode(true);
    const person = people[index];
    sheet.querySelector(".to").textContent = person ? person.name : say("card", { n: index + 1 });
    sheet.querySelector(".address").textContent = person ? person.address : "";
    sheet.querySelector(".code").textContent = code;
    const { path, width } = qrPath(linkOf(booth, code));
    const drawing = sheet.querySelector("svg");
    drawing.setAttribute("viewBox", `0 0 ${width} ${width}`);
    drawing.querySelector(".qr-ink").setAttribute("d", path);
    return sheet;
  });
  at("sheets").replaceChildren(...sheets);
};

// A cell that a spreadsheet would take for a formula is written as text.
const cell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** The same as a table: for mail merges and for those who send messages themselves. */
export const mergeTable = (codes, people, booth) => {
  const rows = codes.map((code, index) => {
    const { name, address } = people[index] ?? { name: say("card", { n: index + 1 }), address: "" };
    return [name, address, code, linkOf(booth, code)].map(cell).join(",");
  });
  return `\uFEFF${[say("columns"), ...rows].join("\r\n")}\r\n`;
};
