import { encodeNative } from '../../src/store/native-format.ts';

/** https://clickhouse.com/docs/interfaces/formats/Native: counts as varints, then per column name, type, values. */
test('a block in bytes', () => {
  const block = encodeNative([
    { name: 'n', type: 'UInt32', values: [1, 256] },
    { name: 's', type: 'String', values: ['é', ''] },
  ]);
  expect(block.toString('latin1')).toBe(
    '\x02\x02' + '\x01n\x06UInt32' + '\x01\0\0\0\0\x01\0\0' + '\x01s\x06String' + '\x02\xc3\xa9\0',
  );
});

test('a string of 127 bytes has a length of one byte, of 128 bytes one of two', () => {
  const encoded = (text: string): string =>
    encodeNative([{ name: 's', type: 'String', values: [text] }])
      .subarray('..'.length + '.s.String'.length)
      .toString('latin1');
  expect(encoded('x'.repeat(127))).toBe(`\x7f${'x'.repeat(127)}`);
  expect(encoded('x'.repeat(128))).toBe(`\x80\x01${'x'.repeat(128)}`);
  expect(encoded('é'.repeat(64))).toBe(`\x80\x01${'\xc3\xa9'.repeat(64)}`);
});

test('columns of different length are refused with their names', () => {
  expect(() =>
    encodeNative([
      { name: 'a', type: 'UInt8', values: [1] },
      { name: 'b', type: 'UInt8', values: [1, 2] },
    ]),
  ).toThrow(/"b" has 2 values, column "a" has 1/);
});

test('an amount is stored as whole millionths, however its binary fraction falls', () => {
  const amounts = [0.1, 0.29, 1.005, 1234567.890123, -0.000001];
  const block = encodeNative([{ name: 'q', type: 'Decimal(18, 6)', values: amounts }]);
  const data = block.subarray(block.length - amounts.length * 8);
  expect(amounts.map((_, i) => data.readBigInt64LE(i * 8))).toEqual([100000n, 290000n, 1005000n, 1234567890123n, -1n]);
});
