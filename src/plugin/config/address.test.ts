import { addressProblem } from './address.ts';

test.each(['', '  ', 'http://127.0.0.1:8686', 'https://licenses.example.com/la'])('%j can be an address', (address) => {
  expect(addressProblem(address)).toBeUndefined();
});

test.each(['127.0.0.1:8686', 'licenses.example.com', 'ftp://x', 'http://'])('%j cannot', (address) => {
  expect(addressProblem(address)).toMatch(/http/);
});
