/** The statements on `mimir.unzr_info` (spec 1.3, 4.1). Everybody locks a row before searching its job. */
import type { Query } from '../../database/query.ts'
import type { Sealed } from '../../encryption/encryption.ts'

/** The states of a row: its job is in progress, has an answer, or has failed. */
export const UNZR_INFO_STATUSES = ['pending', 'processed', 'failed'] as const

/** The state of a row. */
export type UnzrInfoStatus = (typeof UNZR_INFO_STATUSES)[number]

/** A row as shown. `info` is the unchanged record of the registry. */
export interface UnzrInfoRow {
  readonly id: string
  readonly unzr: string
  readonly job_status: UnzrInfoStatus
  readonly info: Readonly<Record<string, unknown>> | null
  readonly synced_at: Date | null
  /** When the record was deleted after the retention period. */
  readonly info_deleted_at: Date | null
  readonly inserted_at: Date
  readonly inserted_by: string
  readonly updated_at: Date
  readonly updated_by: string
  /** `inserted_at` with microseconds, for the place in a list. */
  readonly position: string
}

/** A stored row: with its record encrypted, or plain from an earlier version. */
export interface StoredUnzrInfo extends UnzrInfoRow {
  readonly info_sealed: Buffer | null
  readonly info_key_id: string | null
}

/** Whether the registry's record is stored. */
export function hasInfo({ info, info_sealed }: StoredUnzrInfo): boolean {
  return info !== null || info_sealed !== null
}

/** The columns of a row. */
export const COLUMNS = `
  id, unzr, job_status, info, info_sealed, info_key_id, synced_at, info_deleted_at, inserted_at, inserted_by, updated_at, updated_by,
  to_char(inserted_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position`

/** Step 1: a row for a UNZR that has none yet. */
export function insertPending(unzr: string, userId: string): Query {
  return {
    name: 'unzr_info_insert',
    text: `
insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by) values ($1, 'pending', $2, $2)
on conflict (unzr) do nothing
returning ${COLUMNS}`,
    values: [unzr, userId],
  }
}

/** The row of a UNZR, locked. */
export function lockByUnzr(unzr: string): Query {
  return {
    name: 'unzr_info_lock_by_unzr',
    text: `select ${COLUMNS} from mimir.unzr_info where unzr = $1 for no key update`,
    values: [unzr],
  }
}

/** Rows by id, locked in the order of their keys (spec 1.8). */
export function lockByIds(ids: readonly string[]): Query {
  return {
    name: 'unzr_info_lock_by_ids',
    text: `select ${COLUMNS} from mimir.unzr_info where id = any ($1::uuid[]) order by unzr for no key update`,
    values: [ids],
  }
}

/** Step 1: rows whose job starts again; info and synced_at stay. */
export function setPending(ids: readonly string[], userId: string): Query {
  return {
    name: 'unzr_info_set_pending',
    text: `
update mimir.unzr_info
   set job_status = 'pending', updated_by = $2, updated_at = clock_timestamp()
 where id = any ($1::uuid[])
returning ${COLUMNS}`,
    values: [ids, userId],
  }
}

/** Steps 3 and 4: the registry's answer, null if it has nothing. */
export function setProcessed(id: string, info: Sealed | null): Query {
  return {
    name: 'unzr_info_set_processed',
    text: `
update mimir.unzr_info
   set job_status = 'processed', info = null, info_sealed = $2, info_key_id = $3, info_deleted_at = null,
       synced_at = clock_timestamp(), updated_at = clock_timestamp()
 where id = $1`,
    values: [id, info?.bytes ?? null, info?.keyId ?? null],
  }
}

/** Step 5: info and synced_at stay. The job failed at this time; a row that became pending later has another job. */
export function setFailedAt(id: string, time: Date): Query {
  return {
    name: 'unzr_info_set_failed_at',
    text: `
update mimir.unzr_info set job_status = 'failed', updated_at = clock_timestamp()
 where id = $1 and job_status = 'pending' and date_trunc('milliseconds', updated_at) <= $2`,
    values: [id, time],
  }
}

/** The same for rows whose jobs a user cancelled. */
export function setFailed(ids: readonly string[], userId: string): Query {
  return {
    name: 'unzr_info_set_failed',
    text: `
update mimir.unzr_info
   set job_status = 'failed', updated_by = $2, updated_at = clock_timestamp()
 where id = any ($1::uuid[]) and job_status = 'pending'`,
    values: [ids, userId],
  }
}

/** Records that are not encrypted yet, locked; skips locked ones. */
export function findPlain(limit: number): Query {
  return {
    text: `select id, unzr, info from mimir.unzr_info where info is not null order by id limit $1 for no key update skip locked`,
    values: [limit],
  }
}

/** Encrypts the record of a row. */
export function sealPlain(id: string, { keyId, bytes }: Sealed): Query {
  return {
    text: 'update mimir.unzr_info set info = null, info_sealed = $2, info_key_id = $3 where id = $1',
    values: [id, bytes, keyId],
  }
}

/** The UNZR of a row. */
export function findUnzr(id: string): Query {
  return { name: 'unzr_info_find_unzr', text: 'select unzr from mimir.unzr_info where id = $1', values: [id] }
}

/** The row of a UNZR. */
export function findByUnzr(unzr: string): Query {
  return {
    name: 'unzr_info_find_by_unzr',
    text: `select ${COLUMNS} from mimir.unzr_info where unzr = $1`,
    values: [unzr],
  }
}

/** Rows by their ids. */
export function findByIds(ids: readonly string[]): Query {
  return {
    name: 'unzr_info_find_by_ids',
    text: `select ${COLUMNS} from mimir.unzr_info where id = any ($1::uuid[])`,
    values: [ids],
  }
}
