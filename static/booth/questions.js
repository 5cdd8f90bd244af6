// One question at a time: how a ballot is taken apart for a screen that shows no more than one.

/** The questions of a ballot in the order in which they are asked: every item's own first, then the preference. */
export const questionsOf = (paper, order) => {
  const { majority, preference } = paper.form;
  const opinions = majority ? order.map((index) => ({ kind: "opinion", index })) : [];
  if (preference === "none") return opinions;
  const categories = preference === "categories" ? paper.categories : [null];
  return [...opinions, ...categories.map((category) => ({ kind: "choose", category }))];
};

/** The ballot as one question sees it: of the categories only its own. */
export const partOf = (paper, { category }) =>
  category === undefined || category === null ? paper : { ...paper, categories: [category] };

/** The voting code in what a card's QR code says: behind the ``#`` of its address, or alone. */
export const codeOfCard = (text) => text.slice(text.lastIndexOf("#") + 1).trim();
