import { head, useStore } from './given.ts';

/** How busy license servers are: lines per minute of the time that counts. */
const given = useStore();
const day = '2026-03-02';
const log = `${head('3/2/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1  \n 9:20:00 (acmed) IN: "cad" ana@ws1  \n 9:30:00 (acmed) DENIED: "cad" bob@ws2  (Licensed number of users already reached. (-4,342))\n12:00:00 (acmed) OUT: "cad" ana@ws1  \n`;

test('is events ÷ minutes of the range, of each bucket, and of the working hours only', async () => {
  const { ask, figure } = await given({ log });
  const rate = { measure: 'eventRate' };
  expect(await figure(rate, `${day} 09:00:00`, `${day} 10:00:00`)).toBe(3 / 60);
  expect(
    (await ask({ ...rate, shape: 'timeSeries', bucket: '1h' }, `${day} 09:00:00`, `${day} 11:00:00`)).map((row) =>
      row.at(-1),
    ),
  ).toEqual([3 / 60, 0]);
  // The first bucket has 45 of its minutes inside the range, with two lines.
  expect(
    (await ask({ ...rate, shape: 'timeSeries', bucket: '1h' }, `${day} 09:15:00`, `${day} 11:00:00`)).map((row) =>
      row.at(-1),
    ),
  ).toEqual([2 / 45, 0]);
  const workingHours = { days: ['mon'], from: '09:00', to: '09:30' };
  expect(await figure({ ...rate, workingHours }, `${day} 00:00:00`, `${day} 11:00:00`)).toBe(2 / 30);
});
