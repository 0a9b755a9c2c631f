import { spawnSync } from 'node:child_process';
import { checkNode } from './doctor-machine.ts';

/** As people type it: npm keeps options for itself unless `--` stands before them. Refused before anything is made. */
test.each([
  [['--port=70000']],
  [['--port', '70000']],
  [['--', '--port', '70000']],
  [['--port', '70000', '--host', '127.0.0.1']],
  [['--host', '127.0.0.1', '--port=70000']],
])('npm start %j: the port reaches the command', (args) => {
  const { status, stderr } = spawnSync('npm', ['start', ...args], { encoding: 'utf8' });
  expect(stderr).toContain('error: --port: expected a number from 0 to 65535, found "70000".');
  expect(status).toBe(2);
});

test('doctor on Node: 22.12 and newer is fine, 20.19 is told of, older ones do not run it', () => {
  const states = ['18.20.0', '20.18.0', '20.19.0', '22.11.0', '22.12.0', '24.0.0'].map((version) => checkNode(version));
  expect(states.map(({ state }) => state)).toEqual(['wrong', 'wrong', 'warning', 'warning', 'ok', 'ok']);
});
