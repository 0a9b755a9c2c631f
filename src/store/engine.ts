/** What is used of chdb, by name: a bundle of it has no names but those that are asked for. Loaded only with a store. */
export { drainPending, Session } from 'chdb';
