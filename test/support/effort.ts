/** How much a test tries: enough to notice a broken rule in `npm test`, many times as much in `npm run test:long`. */

const isLong = process.env['TEST_EFFORT'] === 'long'

/** The number of rounds, sequences or records of a test: the first in `npm test`, the second in `npm run test:long`. */
export const effort = (short: number, long: number): number => (isLong ? long : short)
