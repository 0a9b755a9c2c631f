const { rmSync } = require('node:fs');

/** Removes the folder that `in-memory.mjs` made. */
module.exports = () => {
  const { TMPDIR } = process.env;
  if (TMPDIR?.endsWith(`license-analytics-tests-${process.pid}`)) rmSync(TMPDIR, { recursive: true, force: true });
};
