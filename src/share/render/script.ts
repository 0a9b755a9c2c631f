/** Comfort of pages: without it, tables stand in the order that they were answered in, and an address is copied by hand. */
export const script = `
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const value = (row, i) => {
    const cell = row.cells[i];
    return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
  };
  const compare = (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b
    : typeof a === 'number' ? -1 : typeof b === 'number' ? 1
    : a.localeCompare(b, undefined, { numeric: true });
  [...table.tHead.rows[0].cells].forEach((heading, i) => {
    // A live page is asked again.
    if (heading.querySelector('a') !== null) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const down = heading.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = [...body.rows].sort((a, b) => compare(value(a, i), value(b, i)) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
}
for (const button of document.querySelectorAll('button[data-copy]')) {
  const field = document.getElementById(button.dataset.copy);
  const told = button.parentElement.querySelector('[role=status]');
  field.select();
  button.hidden = false;
  button.addEventListener('click', async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = 'Copied.';
    } catch {
      // Browsers leave the clipboard to pages of HTTPS and of this machine.
      told.textContent = document.execCommand('copy') ? 'Copied.' : 'Press Ctrl+C.';
    }
  });
}
`;
