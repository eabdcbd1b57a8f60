/** A stream of the tests: does a register know this tax id with this name and birth date. One value, and its tables. */
import { randomUUID } from 'node:crypto'
import type { Query } from '../../src/database/query.ts'
import { keptBy, NO_TERMS, type Registration, yesOrNoMessages } from '../../src/streams/registration.ts'
import type { Names, StreamRules, Verdict } from '../../src/verification/rules.ts'
import type { OwnStream } from '../../src/verification/status.ts'

/** Personal data. */
export interface TaxIdQuestion extends Names {
  readonly taxId: string
}

/** The register's answer. */
export interface TaxIdAnswer {
  readonly code: number
}

// The program's streams are a closed list; this one is added while the test runs.
export const stream = 'tax_id' as OwnStream
const VERIFIED: Verdict = { status: 'VERIFIED', reason: 'AUTO' }

/** The register: a code for each tax id. */
export const register = { codeOf: (_taxId: string): number => 0 }

/** 0: known; 1: not known; 2: a person must look; any other code decides nothing. */
const rules: StreamRules<TaxIdQuestion, TaxIdAnswer, string> = {
  stream,
  hasData: (data) => (data.tax_id ?? null) !== null,
  looksAt: 'both',
  asksIn: ['VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NOT_NEEDED'],
  claimShows: 'in_review',
  shows: ['status', 'synced_at'],
  proposesCandidates: false,
  isStrictAtFirst: false,
  preCheck({ identity, documents }) {
    const { tax_id = null, last_name = '', first_name = '', second_name = null, birth_date = '' } = identity ?? {}
    if (tax_id === null || documents.length === 0)
      return {
        kind: 'settled',
        verdict: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
        isSynced: true,
      }
    return { kind: 'ask', question: { taxId: tax_id, last_name, first_name, second_name, birth_date } }
  },
  decide({ code }, { taxId: asked, ...names }) {
    const other = { kind: 'decided', step: '5', code, isLinked: false } as const
    switch (code) {
      case 0: {
        const result = { verdict: VERIFIED, code, isLinked: true }
        const as = { person: result, party: { ...result, isLinked: false } }
        return {
          kind: 'decided',
          step: '4',
          ...result,
          keeps: asked,
          reaches: { others: { by: 'link', ...names }, as },
        }
      }
      case 1:
        return { ...other, verdict: { status: 'NOT_VERIFIED', reason: 'AUTO' } }
      case 2:
        return { ...other, verdict: { status: 'VERIFICATION_NEEDED', reason: 'AUTO_ONLINE' } }
      default:
        return { kind: 'technical_error', whose: 'subject', code: `code_${code}` }
    }
  },
}

/** Stores the tax ids that the register knows. */
function keepTaxIds(taxIds: readonly string[]): Query {
  return {
    text: `
with kept as (
  insert into mimir.tax_id_data (tax_id) select distinct t from unnest($1::text[]) t order by t
  on conflict (tax_id) do update set updated_at = statement_timestamp() returning id, tax_id
)
select kept.id from unnest($1::text[]) with ordinality as i (tax_id, n) join kept using (tax_id) order by i.n`,
    values: [taxIds],
  }
}

/** All of it. */
export const taxId: Registration<TaxIdQuestion, TaxIdAnswer, string, void> = {
  rules: () => rules,
  // Its limits and hours are those of a service that is always enabled; the register is here.
  service: 'checkunzr',
  ask: async (_registries, { taxId: asked }) => ({
    ...{
      kind: 'answer',
      value: { code: register.codeOf(asked) },
      messageId: randomUUID(),
      milliseconds: 1,
      attempts: 1,
    },
  }),
  terms: NO_TERMS,
  keep: keptBy(keepTaxIds),
  async conclude(tx, answered, { runId }) {
    const looked = answered.filter(({ decision }) => decision.verdict.status === 'VERIFICATION_NEEDED')
    await tx.query({
      text: 'insert into mimir.tax_id_reviews (subject_id, run_id) select s, $2 from unnest($1::uuid[]) s',
      values: [looked.map(({ subjectId }) => subjectId), runId],
    })
    return answered.map(({ decision: { verdict, step } }) => ({ verdict, step }))
  },
  messages: {
    ...{ absent: 'drfo_absent', illFormed: 'drfo_ill_formed', isShared: false, toDecide: null },
    answered: yesOrNoMessages('drfo_found', 'drfo_not_found'),
  },
  traces: {
    table: 'mimir.tax_id_data',
    key: 'a.tax_id',
    had: 'select d.id from mimir.tax_id_data d join mpi.persons p on p.tax_id = d.tax_id where p.id = $1',
    isHeld: 'exists (select from mpi.person_tax_id_checks c where c.data_id = a.id and c.subject_id <> $1)',
    gone: 'answers about a tax id that nobody else has',
    kept: ['answers about a tax id that somebody else has too', 'they belong to the other person'],
  },
}

/** Its tables, as a migration would create them. The first statement must be committed before the others. */
export const TABLES_OF_TAX_ID = [
  `alter type zvirka.stream add value 'tax_id'`,
  `create table mimir.tax_id_data (
     id uuid primary key default gen_random_uuid(), tax_id text not null unique, updated_at timestamptz not null default now());
   create table mimir.tax_id_reviews (subject_id uuid not null, run_id uuid not null);
   grant select on mimir.tax_id_data to zvirka_read;
   grant select, insert, update on mimir.tax_id_data, mimir.tax_id_reviews to zvirka_app, zvirka_worker;
   alter table mpi.person_verification_summaries
     add column tax_id_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED';
   alter table prm.party_verification_summaries
     add column tax_id_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED';
   call zvirka.create_checks('person', 'tax_id', '{VERIFICATION_NEEDED,VERIFIED,NOT_VERIFIED,VERIFICATION_NOT_NEEDED}');
   call zvirka.create_checks('party', 'tax_id', '{VERIFICATION_NEEDED,VERIFIED,NOT_VERIFIED,VERIFICATION_NOT_NEEDED}')`,
] as const
