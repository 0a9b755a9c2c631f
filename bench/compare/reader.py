"""Counts of FlexNet logs, as somebody writes it who needs them once: checkouts and denials per feature, and the peak of each.

Prints JSON. Knows nothing of dates, restarts, copies of lines, partial check-ins, accounts or clients.
"""
import json
import re
import sys
import time
from collections import Counter

LINE = re.compile(r'^\s*(\d+):(\d\d):(\d\d) \((\w+)\) (OUT|IN|DENIED): "([^"]+)" (.+?@\S+)(?:.*?\((\d+) licenses\))?')

checkouts, denials, used, peak = Counter(), Counter(), Counter(), Counter()
lines = 0
start, cpu = time.perf_counter(), time.process_time()
for name in sys.stdin.read().splitlines():
    with open(name, encoding='utf-8', errors='replace') as log:
        for line in log:
            lines += 1
            found = LINE.match(line)
            if found is None:
                continue
            kind, feature, quantity = found[5], found[6], int(found[8] or 1)
            if kind == 'OUT':
                checkouts[feature] += 1
                used[feature] += quantity
                peak[feature] = max(peak[feature], used[feature])
            elif kind == 'IN':
                used[feature] -= quantity
            else:
                denials[feature] += 1
print(json.dumps({
    'lines': lines, 'seconds': time.perf_counter() - start, 'cpuSeconds': time.process_time() - cpu,
    'checkouts': checkouts, 'denials': denials, 'peak': peak,
}))
