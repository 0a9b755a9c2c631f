#!/usr/bin/env node
process.stderr.write('not ready yet\n');
process.exitCode = 1;
