import * as fc from 'fast-check';

/** What names in logs and license files may hold. */
export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '</style><script>',
    ']]><script>',
    '\u202ereversed',
    '$&$1${__data.fields.account}',
    'javascript:alert(1)',
  ),
);

export const hostileExamples: [string][] = [
  ['"><img src=x onerror=alert(1)>'],
  ['<script>alert(1)</script>'],
  ["' onmouseover='x"],
];

/** The tags and names of attributes of markup: whatever stands in texts and attributes, they are the same as with harmless ones. */
export const shapeOf = (html: string): string =>
  (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '')).join('');
