/** The registry's answer about a UNZR, encrypted: bound to the row and to the UNZR. */
import type { Database } from '../database/database.ts'
import { type Encryption, requireKeys, type Sealed } from '../encryption/encryption.ts'
import { contextOf, type SealedPlace } from '../encryption/sealed-place.ts'
import { findPlain, type StoredUnzrInfo, sealPlain, type UnzrInfoRow } from './plans/unzr-info.ts'

/** Its place. */
export const SEALED_INFO: SealedPlace = {
  ...{ table: 'mimir.unzr_info', bytes: 'info_sealed', keyId: 'info_key_id', id: 'id' },
  row: "id || '/' || unzr",
}

/** The row of an answer. */
interface InfoOwner {
  readonly id: string
  readonly unzr: string
}

function placeOf({ id, unzr }: InfoOwner): string {
  return contextOf(SEALED_INFO, `${id}/${unzr}`)
}

/** Encrypts an answer for its row. */
export function sealInfo(encryption: Encryption, owner: InfoOwner, info: object): Sealed {
  return encryption.seal(placeOf(owner), Buffer.from(JSON.stringify(info)))
}

/** A row with its decrypted answer. Throws an `EncryptionKeyError` if it cannot be decrypted. */
export function openInfo(encryption: Encryption | undefined, stored: StoredUnzrInfo): UnzrInfoRow {
  const { info_sealed: bytes, info_key_id: keyId, ...row } = stored
  if (bytes === null || keyId === null) return row
  const opened = requireKeys(encryption).open(placeOf(row), { keyId, bytes })
  return { ...row, info: JSON.parse(opened.toString()) }
}

const AT_ONCE = 100

/** Encrypts answers that an earlier version stored in plain text, a limited number at once. Returns their number. */
export async function sealPlainInfo(database: Database, encryption: Encryption): Promise<number> {
  return database.transaction(async (tx) => {
    const found = await tx.query<InfoOwner & { readonly info: object }>(findPlain(AT_ONCE))
    for (const { info, ...owner } of found) await tx.query(sealPlain(owner.id, sealInfo(encryption, owner, info)))
    return found.length
  })
}
