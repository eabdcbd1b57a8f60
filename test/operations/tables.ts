/** What tests of operating need besides people and workers. */
export { emptyTables } from '../synchronization/reset.ts'
