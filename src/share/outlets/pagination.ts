/** Height of what a page of A4 holds within its margins above and below, and how wide it is, mm. */
export const paper = { width: 186, height: 265, margins: '16mm 12mm' } as const;

/**
 * Puts panels on pages as a printer would, so that none ends half blank: tables go on on the next page, charts do not, so a chart
 * that does not fit is drawn a little lower, or lets what follows go first. What is printed is laid out on the screen with the same
 * style and width: all heights are known before.
 */
export const pagination = `
const px = document.createElement('div');
px.style.height = '100mm';
document.body.append(px);
const page = (px.getBoundingClientRect().height * ${paper.height}) / 100;
px.remove();
/** So much of a page may stay blank; how much of its height a chart needs. */
const [blank, least] = [page / 10, 0.7];
/** Panels that stand beside each other, each row on its own: it can change places. */
for (const band of document.querySelectorAll('main > .band:not(.tiles)')) {
  const rows = Map.groupBy([...band.children], (panel) => Math.round(panel.getBoundingClientRect().top));
  if (rows.size < 2) continue;
  band.replaceWith(...[...rows.values()].map((panels) => {
    const row = band.cloneNode(false);
    row.append(...panels);
    return row;
  }));
}
const heightOf = (band) => band.getBoundingClientRect().height + parseFloat(getComputedStyle(band).marginBottom);
const across = (band) => band.classList.contains('across');
/** What stands together at the beginning of a panel: all of it, or the title, the head and three rows. */
const begin = (panel) => {
  const third = panel.classList.contains('long') ? panel.querySelectorAll('tbody tr')[2] : undefined;
  return (third ?? panel).getBoundingClientRect().bottom - panel.getBoundingClientRect().top;
};
const drawings = (band) => [...band.querySelectorAll('.chart.paper > svg')];
const goesOn = (band, left) => !across(band) && [...band.children].every((panel) => begin(panel) + 4 <= left);
const main = document.querySelector('main');
const waiting = [...main.children];
let left = page - main.getBoundingClientRect().top;
while (waiting.length > 0) {
  const [first] = waiting;
  const over = heightOf(first) - left;
  const charts = drawings(first);
  const highest = Math.max(0, ...charts.map((chart) => chart.getBoundingClientRect().height));
  let next = first;
  if (!goesOn(first, left) && left > blank) {
    if (!across(first) && charts.length > 0 && over + 2 <= highest * (1 - least)) {
      for (const chart of charts) chart.style.maxHeight = highest - over - 2 + 'px';
    } else if (!across(first)) {
      next = waiting.find((band) => goesOn(band, left)) ?? first;
    }
  }
  waiting.splice(waiting.indexOf(next), 1);
  main.append(next);
  const height = heightOf(next);
  if (goesOn(next, left)) {
    left -= height;
    // What is broken says its head again.
    while (left < 0) left += page - 24;
  } else {
    next.style.breakBefore = 'page';
    left = page - height;
    while (left < 0) left += page - 24;
  }
}
`;
