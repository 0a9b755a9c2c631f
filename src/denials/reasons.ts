import type { ReasonDraft } from './reason.ts';

/** Every reason that comes with the product. Their ids are stored: never rename one, add another instead. */
const drafts = {
  // Insufficient count
  'licensed-number-reached': { family: 'insufficient-count', title: 'All licenses in use' },
  'more-than-licensed': {
    family: 'insufficient-count',
    title: 'More asked for than the feature has',
    insight: 'One request asked for more licenses than there are in all: it can never succeed.',
    advice:
      'Lower the number that one job asks for (cores, tasks) to what the feature has; as it is, it can never start.',
  },
  'no-copies-left': { family: 'insufficient-count', title: 'No copies left on the activation' },
  'overage-refused': {
    family: 'insufficient-count',
    title: 'Would exceed the allocation',
    insight: 'Granting it would have gone beyond the allocation, and overage is switched off.',
  },
  'insufficient-tokens': {
    family: 'insufficient-count',
    title: 'Insufficient elastic tokens',
    insight: 'The token balance was used up, or too low for what was asked.',
    opportunity: 'Upsell: offer more tokens or an overdraft before the balance runs out.',
    advice: 'See which items and users consume the tokens, end sessions that are no longer needed, and plan heavy use.',
  },
  'personal-licenses-in-use': { family: 'insufficient-count', title: 'All personal licenses in use' },
  'partially-granted': {
    family: 'insufficient-count',
    title: 'Granted in part',
    insight: 'Fewer copies were granted than asked for.',
  },
  // Expired
  'feature-expired': { family: 'expired', title: 'Feature has expired' },
  'not-yet-valid': {
    family: 'expired',
    title: 'Start date is in the future',
    insight: 'The entitlement has not begun yet, and users already ask for it.',
    opportunity: 'Renewal: close the gap between the old and the new term, or move the start forward.',
    advice:
      'Check the start date in the license file and the clock of the server; keep the previous license until then.',
  },
  'activation-expired': { family: 'expired', title: 'Activation has expired' },
  'no-expiration-date': {
    family: 'expired',
    title: 'Activation has no expiration date',
    opportunity: 'Renewal: complete the dates of the line item.',
  },
  'no-valid-line-item': { family: 'expired', title: 'No valid active line items' },
  'trial-expired': {
    family: 'expired',
    title: 'Trial has expired',
    insight: 'The trial is over, and users still ask for it.',
    opportunity: 'Renewal: turn the trial into an order while the interest is there.',
  },
  // Feature unavailable
  'feature-unavailable': { family: 'feature-unavailable', title: 'Feature unavailable' },
  'no-such-feature': { family: 'feature-unavailable', title: 'No such feature' },
  'feature-not-served': { family: 'feature-unavailable', title: 'Server does not support this feature' },
  'license-file-not-found': {
    family: 'feature-unavailable',
    title: 'License file not found',
    advice: 'Check LM_LICENSE_FILE and the path or port@host that the client uses.',
  },
  'feature-removed': {
    family: 'feature-unavailable',
    title: 'Feature removed, or wrong host id',
    insight: 'The feature went away at a reread of the license file, or the SERVER line names another host.',
    opportunity: 'None until the license file is checked: it may be a mistake rather than a wish.',
    owner: 'support',
    advice: 'Compare the license file before and after the last reread, and the host id in its SERVER line.',
  },
  'different-pool': { family: 'feature-unavailable', title: 'Available in a different license pool', owner: 'support' },
  'featureset-missing': { family: 'feature-unavailable', title: 'FEATURESET missing or wrong', owner: 'support' },
  'package-only': {
    family: 'feature-unavailable',
    title: 'Only the package was asked for',
    opportunity: 'None: the application has to ask for a component too.',
    owner: 'support',
  },
  'activation-refused': { family: 'feature-unavailable', title: 'Activation invalid or not permitted' },
  'not-licensed': { family: 'feature-unavailable', title: 'Not licensed' },
  'model-not-served': {
    family: 'feature-unavailable',
    title: 'License model not served',
    insight: 'The server cannot serve this kind of license (node-locked, overdraft, metered).',
    opportunity: 'None: deliver the license in a model that this server serves, or update the server.',
    owner: 'support',
  },
  'not-in-rate-table': {
    family: 'feature-unavailable',
    title: 'Item not found in any effective rate table',
    advice: 'Check the name and version of the item that the application asks for, and which rate tables apply to you.',
  },
  'other-vendor': { family: 'feature-unavailable', title: 'License belongs to another vendor', owner: 'support' },
  'required-option-missing': { family: 'feature-unavailable', title: 'Required option missing in the license' },
  unsupported: { family: 'feature-unavailable', title: 'Unsupported' },
  // Rules
  'on-exclude-list': { family: 'rule-rejection', title: 'On an EXCLUDE list' },
  'not-on-include-list': { family: 'rule-rejection', title: 'Not on an INCLUDE list' },
  'checkout-filter': { family: 'rule-rejection', title: 'Rejected by a checkout filter' },
  'rejected-by-rule': { family: 'rule-rejection', title: 'Rejected by a rule of access' },
  'over-rule-maximum': { family: 'rule-rejection', title: 'Over the maximum of a rule' },
  'not-a-named-user': { family: 'rule-rejection', title: 'Not a named user' },
  'platform-not-allowed': { family: 'rule-rejection', title: 'Platform not authorized' },
  'timezone-not-allowed': { family: 'rule-rejection', title: 'Time zone not authorized' },
  'terminal-server-not-allowed': { family: 'rule-rejection', title: 'Terminal server or remote client not allowed' },
  'virtual-machine-not-allowed': { family: 'rule-rejection', title: 'Virtual machine not allowed' },
  'client-not-registered': { family: 'rule-rejection', title: 'Client not registered on the server' },
  'client-type-not-supported': { family: 'rule-rejection', title: 'Type of client not supported' },
  'not-on-personal-list': { family: 'rule-rejection', title: 'Not on the personal license list' },
  // Version
  'version-not-licensed': {
    family: 'version',
    title: 'License does not support this version',
    insight: 'Users run a newer version than the license covers, often because maintenance has lapsed.',
    opportunity: 'Renewal of maintenance: the customer has installed a version that it may not use yet.',
    owner: 'renewals',
  },
  'version-not-served': { family: 'version', title: 'Server does not support this version of the feature' },
  'client-newer-than-server': { family: 'version', title: 'Client is newer than the server' },
  'future-license-format': { family: 'version', title: 'License file is for a later version' },
  // Reserved, queued
  'reserved-for-others': { family: 'reserved', title: 'All licenses are reserved for others' },
  'over-options-maximum': { family: 'reserved', title: 'Exceeds MAX in the options file' },
  'users-queued': { family: 'queued', title: 'Users are queued for this feature' },
  'in-queue': { family: 'queued', title: 'In the queue for this feature' },
  // Borrow
  'none-to-borrow': { family: 'borrow', title: 'No licenses left to borrow' },
  'borrow-not-enabled': { family: 'borrow', title: 'Borrowing not enabled' },
  'borrow-not-allowed': { family: 'borrow', title: 'User may not borrow', owner: 'administrator' },
  'borrow-too-long': { family: 'borrow', title: 'Cannot borrow that long' },
  'borrow-expired': { family: 'borrow', title: 'Borrow period over' },
  'borrow-failed': { family: 'borrow', title: 'Borrowing or returning failed' },
  'shutdown-while-borrowed': { family: 'borrow', title: 'Server command refused while licenses are borrowed' },
  // Server and network
  'server-unreachable': { family: 'server-network', title: 'License server cannot be reached' },
  'server-name-unknown': {
    family: 'server-network',
    title: 'Server host name not found',
    advice: 'Check the host name in the license file against DNS or the hosts file.',
  },
  'no-server-for-feature': { family: 'server-network', title: 'No server for this feature' },
  'vendor-daemon-down': {
    family: 'server-network',
    title: 'Vendor daemon down or not responding',
    advice: "Look into the server's debug log for why the vendor daemon stopped, and start it again.",
  },
  'connection-failed': { family: 'server-network', title: 'Connection to the server failed' },
  'server-busy': { family: 'server-network', title: 'Server temporarily busy' },
  'out-of-connections': {
    family: 'server-network',
    title: 'Server out of network connections',
    advice: 'Raise the limit of open files for the vendor daemon, or spread clients over several servers.',
  },
  'server-out-of-tolerance': { family: 'server-network', title: "Server's tolerance interval has passed" },
  'timed-out': { family: 'server-network', title: 'License timed out or was removed by the server' },
  'license-lost': { family: 'server-network', title: 'Server lost a transferred license' },
  // Trust and clock
  'invalid-signature': { family: 'trust-clock', title: 'Invalid license key or signature' },
  'wrong-host': { family: 'trust-clock', title: 'License is for another host' },
  'host-unknown': { family: 'trust-clock', title: 'Host id unknown, obsolete or returned' },
  'clock-difference': { family: 'trust-clock', title: 'Clock difference between client and server' },
  'clock-set-back': { family: 'trust-clock', title: 'Clock was set back' },
  'clock-unreadable': { family: 'trust-clock', title: 'Clock could not be checked' },
  'invalid-time-zone': { family: 'trust-clock', title: 'Invalid time zone setting' },
  'check-failed': { family: 'trust-clock', title: 'Feature check failed at the server' },
  'trust-broken': { family: 'trust-clock', title: 'Trusted storage is broken' },
  'binding-broken': { family: 'trust-clock', title: 'Binding of the server is broken' },
  'dongle-missing': {
    family: 'trust-clock',
    title: 'Dongle or its driver missing',
    advice: 'Attach the dongle and install its driver.',
  },
  'host-id-unreadable': { family: 'trust-clock', title: 'Host id could not be read' },
  // Requests
  'license-file-error': {
    family: 'request-error',
    title: 'License file cannot be read',
    advice: 'Restore the license file as it was delivered; check its path and permissions.',
  },
  'invalid-request': { family: 'request-error', title: 'Invalid request' },
  'invalid-data': { family: 'request-error', title: 'Invalid data from the server' },
  'duplicate-grouping-mismatch': { family: 'request-error', title: 'Duplicate selection mismatch' },
  'not-checked-out': { family: 'request-error', title: 'Feature was never checked out' },
  'not-administrator': { family: 'request-error', title: 'Reserved to license administrators' },
  'system-error': { family: 'request-error', title: 'System error' },
  'application-error': { family: 'request-error', title: "Error in the application's licensing" },
  'session-failed': {
    family: 'request-error',
    title: 'Another item of the session failed',
    insight: 'A session is all or nothing: this item failed because another one did. Look at that one.',
    opportunity: 'None by itself: the reason is at the other item of the same session.',
    advice: 'Find the item of the same session that was refused for a reason of its own.',
  },
  // No denials, or nothing said
  'return-refused': { family: 'request-error', title: 'A return was refused' },
  'in-overdraft': { family: 'other', title: 'Granted in overdraft', insight: 'It was granted, beyond the soft limit.' },
  'no-denial': {
    family: 'other',
    title: 'State or administration, no denial',
    insight: 'It refuses nobody a license.',
  },
  unknown: { family: 'other', title: 'No reason given', insight: 'The source says neither a code nor a text.' },
} as const satisfies Readonly<Record<string, ReasonDraft>>;

export type KnownReasonId = keyof typeof drafts;

export const reasonDrafts: Readonly<Record<KnownReasonId, ReasonDraft>> = drafts;
