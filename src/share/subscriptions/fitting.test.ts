import { fitting } from './fitting.ts';

const csv = (text: string) => ({
  filename: 'usage.csv',
  contentType: 'text/csv; charset=utf-8',
  bytes: Buffer.from(text),
});

test('a table that fits goes out as it is, and so does any other file', () => {
  const small = csv('Feature,Used\r\ncad,3\r\n');
  expect(fitting(small)).toEqual({ attachment: small, missing: undefined });
  const picture = { filename: 'a.pdf', contentType: 'application/pdf', bytes: Buffer.alloc(100) };
  expect(fitting(picture, 10)).toEqual({ attachment: picture, missing: undefined });
});

test('one that does not ends after a whole row, also where a name holds a line break, and says what is missing', () => {
  const rows = ['Feature,Used', '"odd\n""name""",1', 'cad,2', 'mesh,3'];
  const text = rows.map((row) => `${row}\r\n`).join('');
  for (const [most, kept] of [
    [rows[0]!.length + 10, 0],
    [rows[0]!.length + rows[1]!.length + 6, 1],
    [text.length - 1, 2],
  ] as const) {
    const { attachment, missing } = fitting(csv(text), most);
    expect(Buffer.from(attachment.bytes).toString()).toBe(
      rows
        .slice(0, kept + 1)
        .map((row) => `${row}\r\n`)
        .join(''),
    );
    expect(missing).toBe(`usage.csv has the first ${kept} of 3 rows: more do not fit into a mail. Ask for the rest.`);
  }
});
