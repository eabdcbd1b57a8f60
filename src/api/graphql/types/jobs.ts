/** Jobs (spec 4.3): list, retry, cancel. Of a job's subject only the id is shown. */
import { audit } from '../../../audit/audit.ts'
import type { Executor } from '../../../database/query.ts'
import { cancelJobs, type JobsChanged, retryJobs, type Wish } from '../../../jobs/administration.ts'
import type { Jobs } from '../../../jobs/jobs.ts'
import { findJobs, JOB_STATES, type JobFilter, type JobRow, listJobs, narrowJobs } from '../../../jobs/plans/jobs.ts'
import { countRows } from '../../../listing/total.ts'
import { jobError } from '../../../messages/jobs.ts'
import { bare } from '../../../messages/message.ts'
import type { Access } from '../../enforce.ts'
import { ApiError, missingField, unprocessable } from '../../errors.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { addConnection, addOrder, asked, BY_TIME, readPage } from './connections.ts'
import type { MessageRef } from './message.ts'

const READS: Access = { scopes: ['job:read'], isForNhs: true }
const WRITES: Access = { scopes: ['job:write'], isForNhs: true }
/** The maximum number of jobs in one request. */
const MOST_IDS = 100

type JobRef = ReturnType<typeof addJobType>

/** Adds the type, the list and the two mutations. */
export function addJobs(builder: Builder, message: MessageRef): void {
  const job = addJobType(builder, message)
  addList(builder, job)
  addMutations(builder, job)
}

function addJobType(builder: Builder, message: MessageRef) {
  const state = builder.enumType('JobState', {
    description: 'It waits (CREATED, RETRY), runs (ACTIVE) or has ended.',
    values: Object.fromEntries(JOB_STATES.map((value) => [value.toUpperCase(), { value }])),
  })
  const job = builder.objectRef<JobRow>('Job')
  builder.node(job, {
    description: 'A one-off job, executed by any worker.',
    extensions: guarded(READS, 'nobody'),
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: async (id, { database }) => (await database.query<JobRow>(findJobs([id])))[0],
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      queue: t.exposeString('queue', { nullable: false }),
      subjectId: t.exposeString('key', { nullable: true, description: "The id of the job's subject." }),
      state: t.field({ type: state, nullable: false, resolve: (row) => row.state }),
      attempts: t.exposeInt('attempts', { nullable: false, description: 'Started so far.' }),
      maxAttempts: t.exposeInt('max_attempts', { nullable: false }),
      error: t.field({
        type: message,
        nullable: true,
        description: 'The code of the last failed attempt.',
        resolve: ({ error_code: code }) => (code === null ? null : jobError(code)),
      }),
      errorCode: t.exposeString('error_code', {
        nullable: true,
        description: 'The code as in the log, such as that of a fault.',
      }),
      startAfter: t.expose('start_after', { type: 'DateTime', nullable: false }),
      insertedAt: t.expose('inserted_at', { type: 'DateTime', nullable: false }),
      startedAt: t.expose('started_at', { type: 'DateTime', nullable: true }),
      completedAt: t.expose('completed_at', { type: 'DateTime', nullable: true }),
    }),
  })
  return { job, state }
}

function addList(builder: Builder, { job, state }: JobRef): void {
  const connection = addConnection(builder, 'Job', job)
  const filter = builder.inputType('JobFilter', {
    fields: (t) => ({ queue: t.string(), state: t.field({ type: state }) }),
  })
  const orderBy = addOrder(builder, 'JobOrderBy')
  builder.queryField('jobs', (t) =>
    t.field({
      type: connection,
      extensions: guarded(READS, 'nobody'),
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
      },
      resolve: (_root, { filter: given, orderBy: order, ...args }, { database }) => {
        const narrowed: JobFilter = asked(given)
        return readPage(args, {
          cursors: BY_TIME,
          order,
          read: (slice) => database.query<JobRow>(listJobs(narrowed, slice)),
          placeOf: ({ position, id }) => ({ at: position, id }),
          total: () => countRows(database, 'pgboss.job', narrowJobs(narrowed).narrowed),
        })
      },
    }),
  )
}

function addMutations(builder: Builder, { job }: JobRef): void {
  const acts = {
    retryJobs: { act: retryJobs, description: 'Queues failed or cancelled jobs again.' },
    cancelJobs: {
      act: cancelJobs,
      description: 'Cancels waiting or running jobs; the result of a running one is discarded.',
    },
  } as const
  for (const [name, { act, description }] of Object.entries(acts)) {
    const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const input = builder.inputType(`${typeName}Input`, { fields: (t) => ({ ids: t.idList({ required: true }) }) })
    const payload = builder.objectRef<{ jobs: readonly JobRow[] }>(`${typeName}Payload`).implement({
      fields: (t) => ({ jobs: t.field({ type: [job], nullable: false, resolve: ({ jobs }) => [...jobs] }) }),
    })
    builder.mutationField(name, (t) =>
      t.field({
        type: payload,
        description: `${description} All or none.`,
        extensions: guarded(WRITES, 'nobody'),
        args: { input: t.arg({ type: input, required: true }) },
        resolve: (_root, { input: { ids } }, context) => administer(context, name, act, ids),
      }),
    )
  }
}

type Act = (tx: Executor, jobs: Jobs, wish: Wish) => Promise<JobsChanged>

async function administer(
  { database, jobs, principal, actor }: GraphqlContext,
  name: string,
  act: Act,
  given: readonly string[],
): Promise<{ jobs: readonly JobRow[] }> {
  const ids = [...new Set(given.map((id) => idOf('Job', id)))]
  if (ids.length === 0) throw missingField('ids')
  if (ids.length > MOST_IDS) {
    throw unprocessable(`expected a maximum of ${MOST_IDS} items but got ${ids.length}`)
  }
  return database.transaction(async (tx) => {
    const result = await act(tx, jobs.jobs, { ids, userId: principal.userId, hooks: jobs.hooks })
    if (result.kind !== 'done') throw refusal(result.kind)
    await audit(tx, actor, {
      ...{ action: 'write', operation: `Mutation.${name}`, subjectKind: 'job', subjectIds: ids },
    })
    return { jobs: result.jobs }
  })
}

function refusal(kind: Exclude<JobsChanged['kind'], 'done'>): ApiError {
  switch (kind) {
    case 'missing':
      return new ApiError('not_found', 'Job not found', { refusal: bare('job_missing') })
    case 'not_over':
      return new ApiError('request_conflict', 'Only jobs that failed or were cancelled can be retried', {
        refusal: bare('job_not_over'),
      })
    case 'over':
      return new ApiError('request_conflict', 'Job is over already', { refusal: bare('job_over') })
    case 'joined':
      return new ApiError('request_conflict', 'Another job for the same subject is in progress', {
        refusal: bare('job_joined'),
      })
  }
}
