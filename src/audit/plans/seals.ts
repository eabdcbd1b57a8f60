/** Statements about the seals of the audit (migration 0013). */
import type { Query } from '../../database/query.ts'

/** The end of the chain up to a seal, to store elsewhere. */
export interface Head {
  /** The number of the seal. */
  readonly seal: number
  readonly sealedAt: Date
  /** In hexadecimal. */
  readonly head: string
}

const HEAD = `number as seal, sealed_at as "sealedAt", encode(head, 'hex') as head`

/** Creates a seal of at most this many records; `sealed` is null if somebody else is sealing. */
export function sealRecords(most: number): Query {
  return { name: 'seal audit', text: 'select zvirka.seal_audit($1) as sealed', values: [most] }
}

/** The ends of the chain: the anchor or the first seal, and the newest one. */
export const findEnds: Query = {
  text: `(select ${HEAD}, pruned_at is not null as "isAnchor", up_to as "upTo" from zvirka.audit_seals order by number limit 1)
         union all
         (select ${HEAD}, pruned_at is not null, up_to from zvirka.audit_seals order by number desc limit 1)`,
}

/** A seal's head. */
export function findHead(number: number): Query {
  return { text: `select ${HEAD} from zvirka.audit_seals where number = $1`, values: [number] }
}

/** A seal that does not match its records, or the previous seal. */
export interface Broken {
  readonly seal: number
  readonly above: number
  readonly upTo: number
  readonly records: number
  readonly found: number
  readonly sealedAt: Date
  readonly why: 'missing_seal' | 'overlap' | 'missing_records' | 'additional_records' | 'changed_records' | 'head'
}

/** The first broken seal with a number above the first and up to the second; the seal of the first number is assumed to be valid. */
export function findBroken(above: number, upTo: number): Query {
  return {
    text: `
with chain as (
  select s as seal, s.*, lag(s.head) over w as previous_head, lag(s.up_to) over w as previous_up_to, lag(s.number) over w as previous
    from zvirka.audit_seals s where s.number between $1 and $2 window w as (order by s.number)
), looked_at as (
  select c.*, f.records as found,
         case when coalesce(c.previous, 0) <> c.number - 1 then 'missing_seal'
              when coalesce(c.previous_up_to, 0) <> c.above or c.pruned_at is not null then 'overlap'
              when f.records < c.records then 'missing_records'
              when f.records > c.records then 'additional_records'
              when f.digest <> c.digest then 'changed_records'
              when zvirka.audit_head(c.previous_head, c.seal) <> c.head then 'head' end as why
    from chain c cross join lateral zvirka.audit_digest(c.above, c.up_to) f
   where c.number > $1
)
select number as seal, above, up_to as "upTo", records, found, sealed_at as "sealedAt", why from looked_at where why is not null order by number limit 1`,
    values: [above, upTo],
    mayTakeLong: true,
  }
}

/** Counts records outside all seals: newer than the newest seal, or older than the oldest. */
export function findUnsealed(anchor: number, upTo: number): Query {
  return {
    text: `select (select count(*)::int from zvirka.audit where id > $2) as newer,
                  (select min(at) from zvirka.audit where id > $2) as oldest,
                  (select count(*)::int from zvirka.audit where id <= $1) as "beforeFirstSeal"`,
    values: [anchor, upTo],
    mayTakeLong: true,
  }
}
