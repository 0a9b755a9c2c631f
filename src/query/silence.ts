/**
 * When a license server counts as silent, in seconds since its last line (docs/definitions.md "Data quality"). A FlexNet server on which
 * nothing happens writes a TIMESTAMP every 6 hours, in real logs up to 20 minutes later. One that has been silent for longer than
 * `retired` is out of service, else every old log that was ever read would be a silent server for good.
 */
export const silence = { warning: 7 * 3600, critical: 24 * 3600, retired: 30 * 24 * 3600 } as const;

/** Whether a license server is silent whose last line is that many seconds old. */
export const isSilent = (age: number): boolean => age >= silence.warning && age < silence.retired;
