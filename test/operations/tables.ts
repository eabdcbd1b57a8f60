/** What tests of operation need besides people and workers. */
export { emptyTables } from '../synchronization/reset.ts'
