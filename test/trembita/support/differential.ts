/** Reads damaged answers with our reader and with libxml2, and compares the results: for tests, and for any number by command. */
import { isDeepStrictEqual } from 'node:util'
import { readRegistryStatus } from '../../../src/registries/status.ts'
import { readAnswer } from '../../../src/trembita/answer.ts'
import { readXml } from '../../../src/trembita/xml.ts'
import { answer, definition, envelope, fault11, header, soap11, soap12, statusBody } from './messages.ts'
import { mutated, randomFrom } from './mutations.ts'
import { oracle, ours, statusByOracle } from './oracle.ts'

const id = '0c8ac7d4-2a92-4d4c-9c2c-94a3bb5b9b10'

const corpus: readonly string[] = [
  answer(id, statusBody('0'), soap11),
  answer(id, statusBody('1'), soap12),
  answer(id, statusBody('-1')),
  `<?xml version="1.0" encoding="UTF-8"?>\n${answer(id, statusBody('1'))}`,
  answer(
    id,
    statusBody('<!-- so --><![CDATA[1]]>').replace(
      '</r:PasStatus>',
      '</r:PasStatus><r:Other k="v">їжак &amp; co</r:Other>',
    ),
  ),
  envelope(
    header(id)
      .split(/(?<=<\/x:\w+>)(?=<x:)/)
      .reverse()
      .join(''),
    statusBody('0'),
    soap12,
  ),
  envelope(header(id), fault11('s:Server')),
]

/** How many documents of each kind there were; a disagreement is thrown, with the seed that reproduces it. */
export interface Tally {
  refused: number
  taken: number
  answers: number
}

/** Damages, reads and compares this many documents. */
export function compareMutations(count: number, seed: number): Tally {
  const tally: Tally = { refused: 0, taken: 0, answers: 0 }
  for (let number = 0; number < count; number += 1) {
    const random = randomFrom(seed + number)
    const original = corpus[Math.floor(random() * corpus.length)] ?? ''
    compareOne(mutated(original, random), tally, `seed ${seed + number}`)
  }
  return tally
}

function compareOne(bytes: Buffer, tally: Tally, name: string): void {
  const read = readXml(bytes)
  const said = statusOf(bytes)
  const fail = (what: string): never => {
    throw new Error(`${name}: ${what}\n${bytes.toString()}`)
  }
  const judged = oracle(bytes, (document, tree) => {
    if (read.ok && !isDeepStrictEqual(ours(read.root), tree())) fail('both read it, and not as the same')
    return { status: statusByOracle(document, definition, id) }
  })
  if (judged === undefined) {
    tally.refused += 1
    if (read.ok) fail('libxml2 refuses it and we do not')
    if (said !== undefined) fail('a status from what is no document')
    return
  }
  if (!read.ok) return
  tally.taken += 1
  const expected = judged.status === '0' || judged.status === '1' ? judged.status : undefined
  if (said !== expected) fail(`we say ${said}, libxml2 ${judged.status}`)
  if (said !== undefined) tally.answers += 1
}

/** The status that we would accept. */
function statusOf(body: Buffer): string | undefined {
  const reading = readAnswer({ definition, id }, { status: 200, contentEncoding: undefined, body })
  if (reading.kind !== 'answer') return undefined
  const outcome = readRegistryStatus(reading.wrapper, 'PasStatus')
  return outcome.ok ? String(outcome.value.status) : undefined
}

if (import.meta.main) {
  const [count = 100_000, seed = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number)
  console.log(`${count} mutations from seed ${seed}:`, compareMutations(count, seed))
}
