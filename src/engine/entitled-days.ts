import { DateTime } from 'luxon';
import { alwaysStart, permanentEnd } from '../store/entitlements.ts';

/**
 * Entitlements and their periods begin and end on days of the site's calendar, wherever they are read; what has no start, or is
 * permanent, has none.
 */
export const firstDay = (from: number, siteTimezone: string): string => unless(alwaysStart, dayOf(from, siteTimezone));

/** @param to the moment after its last day */
export const lastDay = (to: number, siteTimezone: string): string => unless(permanentEnd, dayOf(to - 1, siteTimezone));

const dayOf = (moment: number, zone: string): string => DateTime.fromMillis(moment, { zone }).toISODate() ?? '';
const unless = (standsForNone: string, day: string): string => (day === standsForNone ? '' : day);
