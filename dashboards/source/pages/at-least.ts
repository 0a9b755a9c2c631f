import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { thresholds } from '../thresholds.ts';

const { usage } = thresholds;

/** The variable `$atLeast`: only what reaches this %. "All" shows what has no percentage as well. */
export const atLeast = (): dashboard.CustomVariableBuilder =>
  new dashboard.CustomVariableBuilder('atLeast')
    .label('At least %')
    .values([usage.noticed, usage.warning, usage.critical, usage.full].join(','))
    .includeAll(true)
    .allowCustomValue(true)
    .current({ text: 'All', value: '$__all' });
