/**
 * Signed requests: exactly one signature, the caller's own, and no stamp. The signed content is then validated like any other request; the
 * envelope is stored unchanged.
 */
import type { Executor } from '../database/query.ts'
import type { Opened, Signature } from '../signatures/opened.ts'
import { findEnvelope, findTaxIdOfUser } from './plans/signed.ts'

/** Why signed content is refused. */
export type SignedRefusal =
  | { readonly kind: 'off' | 'unreachable' }
  /** An error of the signatures; the message is for the sender. */
  | { readonly kind: 'malformed' | 'unprocessable' | 'forbidden'; readonly message: string }
  /** The document is not JSON. */
  | { readonly kind: 'no_json' }

/** The signed content, or why it is refused. */
type Unsigned = { readonly kind: 'content'; readonly content: unknown } | SignedRefusal

/** Checks an opened envelope for the user who sent it. */
export async function contentOf(executor: Executor, opened: Opened, userId: string): Promise<Unsigned> {
  if (opened.kind === 'off' || opened.kind === 'unreachable') return { kind: opened.kind }
  if (opened.kind === 'malformed') return { kind: 'malformed', message: 'Invalid signature' }
  const { signatures, content } = opened
  const [only] = signatures
  if (only === undefined || signatures.length > 1 || only.isStamp)
    return { kind: 'malformed', message: countText(signatures) }
  if (!only.isValid) return { kind: 'malformed', message: only.message ?? 'Invalid signature' }
  if (content === undefined) return { kind: 'no_json' }
  return (await refusalOfSigner(executor, only, userId)) ?? { kind: 'content', content }
}

function countText(signatures: readonly Signature[]): string {
  const stamps = signatures.filter(({ isStamp }) => isStamp).length
  const count = (word: string, n: number) => `${n} ${word}${n === 1 ? '' : 's'}`
  const found = `${count('signature', signatures.length - stamps)} and ${count('stamp', stamps)}`
  return `document must contain 1 signature and 0 stamps but contains ${found}`
}

async function refusalOfSigner(
  executor: Executor,
  { taxId, isCallers }: Signature,
  userId: string,
): Promise<SignedRefusal | undefined> {
  if (isCallers) return undefined
  if (taxId === undefined || folded(taxId) === '') return { kind: 'unprocessable', message: 'Invalid drfo' }
  const [party] = await executor.query<{ tax_id: string | null }>(findTaxIdOfUser(userId))
  if (party === undefined) return { kind: 'forbidden', message: 'User is not allowed to this action by client_id' }
  if (party.tax_id !== null && folded(party.tax_id) === folded(taxId)) return undefined
  return { kind: 'unprocessable', message: 'Does not match the signer drfo' }
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ А: 'A', В: 'B', Е: 'E', І: 'I', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X' },
}

// A passport number instead of a tax id has Cyrillic letters, or Latin ones that look alike.
function folded(taxId: string): string {
  const letters = [...taxId.replaceAll(/\s/g, '').toUpperCase()]
  return letters.map((letter) => LOOK_ALIKES[letter] ?? letter).join('')
}

/** The envelope of a request; undefined if it has none. */
export async function findEnvelopeOf(executor: Executor, id: string): Promise<Uint8Array | undefined> {
  const [row] = await executor.query<{ envelope: Uint8Array }>(findEnvelope(id))
  return row?.envelope
}
