/** The list of jobs. Those in sight change in their places; new ones come when they are asked for. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { askOnce, useAnswer } from '../../graphql/use-query.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { ExportButton } from '../../ui/export.tsx'
import { Filters, Select } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { PAGE_SIZE, Pager, pageVariables } from '../../ui/pager.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { ActDialog } from './act-dialog.tsx'
import { isLive, type JobAct } from './acts.ts'
import { JobError, JobStateBadge } from './job-parts.tsx'
import styles from './jobs.module.css'
import { JOBS, JOBS_NOW, type JobLine } from './queries.ts'
import { type Done, Results } from './results.tsx'
import { JOB_STATES, type JobsSearch } from './search.ts'
import { jobTexts } from './texts.ts'

const route = getRouteApi('/jobs')
const POLL_MILLISECONDS = 3000

/** The page. */
export function JobsPage() {
  const texts = useTexts(jobTexts)
  const search = route.useSearch()
  const filter = { queue: search.queue ?? null, state: search.state ?? null }
  const { data, error, isPlaceholderData, refetch } = useAnswer(JOBS, { filter, ...pageVariables(search) })
  const list = data?.jobs
  const jobs = useNow(list?.nodes)
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <Button icon="runs" onPress={() => void refetch()}>
          {texts.refresh}
        </Button>
      }
    >
      <JobFilters />
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <JobTable key={JSON.stringify(search)} jobs={jobs} isStale={isPlaceholderData} />
      )}
      {list != null && (
        <Pager pageInfo={list.pageInfo} total={{ count: list.totalCount, isExact: list.totalCountIsExact }}>
          <JobsExport filter={filter} />
        </Pager>
      )}
    </Page>
  )
}

/** The jobs of a list as they are now, in the order in which they were found. */
function useNow(found: readonly JobLine[] | undefined): readonly JobLine[] | undefined {
  const ids = (found ?? []).map(({ id }) => id)
  const isEnabled = found?.some(isLive) ?? false
  const { data } = useAnswer(JOBS_NOW, { ids }, { every: POLL_MILLISECONDS, isEnabled, keepsPrevious: false })
  const now = new Map(
    (data?.nodes ?? []).flatMap((job) => (job !== null && 'id' in job ? [[job.id, job] as const] : [])),
  )
  return isEnabled ? found?.map((job) => now.get(job.id) ?? job) : found
}

function JobFilters() {
  const texts = useTexts(jobTexts)
  const { queue, state } = route.useSearch()
  const navigate = route.useNavigate()
  const narrow = (change: JobsSearch) => void navigate({ search: { queue, state, ...change } })
  const queues = Object.entries<string>(texts.queues)
  const isFiltered = (queue ?? state) !== undefined
  return (
    <Filters onClear={isFiltered ? () => void navigate({ search: {} }) : undefined}>
      <Select
        label={texts.queue}
        value={queue ?? ''}
        all={texts.anyQueue}
        options={queue === undefined || queue in texts.queues ? queues : [...queues, [queue, queue]]}
        onChange={(given) => narrow({ queue: given === '' ? undefined : given })}
      />
      <Select
        label={texts.state}
        value={state ?? ''}
        all={texts.anyState}
        options={JOB_STATES.map((each) => [each, texts.states[each]])}
        onChange={(given) => narrow({ state: JOB_STATES.find((each) => each === given) })}
      />
    </Filters>
  )
}

/** The table, with what is chosen of it. */
function JobTable({ jobs, isStale }: { readonly jobs: readonly JobLine[] | undefined; readonly isStale: boolean }) {
  const texts = useTexts(jobTexts)
  const mayAct = useMay('job:write')
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [act, setAct] = useState<JobAct>()
  const [done, setDone] = useState<Done>()
  // Only what is in sight is ever touched.
  const chosen = (jobs ?? []).filter(({ id }) => ids.has(id))
  const choose = (id: string, isChosen: boolean) =>
    setIds(new Set([...ids].filter((each) => each !== id).concat(isChosen ? [id] : [])))
  const columns = useColumns(mayAct ? { ids, choose } : undefined)
  return (
    <>
      {done !== undefined && <Results done={done} onHide={() => setDone(undefined)} />}
      {mayAct && (
        <Acts
          count={chosen.length}
          of={jobs?.length ?? 0}
          onAll={(isChosen) => setIds(new Set(isChosen ? jobs?.map(({ id }) => id) : []))}
          onAct={setAct}
        />
      )}
      <DataTable
        caption={texts.title}
        columns={columns}
        rows={jobs}
        keyOf={({ id }) => id}
        isStale={isStale}
        expected={16}
        empty={
          <EmptyState title={texts.empty} icon="jobs">
            {texts.emptyText}
          </EmptyState>
        }
      />
      {act !== undefined && (
        <ActDialog
          act={act}
          jobs={chosen}
          onDone={(which, results) => {
            setDone({ act: which, results })
            setIds(new Set())
          }}
          onClose={() => setAct(undefined)}
        />
      )}
    </>
  )
}

function Acts(props: {
  readonly count: number
  readonly of: number
  readonly onAll: (isChosen: boolean) => void
  readonly onAct: (act: JobAct) => void
}) {
  const texts = useTexts(jobTexts)
  const { count, of, onAll, onAct } = props
  return (
    <fieldset className={styles['acts']} aria-label={texts.acts}>
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={count > 0 && count === of}
          disabled={of === 0}
          ref={(box) => {
            if (box !== null) box.indeterminate = count > 0 && count < of
          }}
          onChange={(event) => onAll(event.target.checked)}
        />
        {texts.selectAll}
      </label>
      {/* Always there, so that the rows do not move under whoever chooses them. */}
      <Button isSmall icon="undo" isDisabled={count === 0} onPress={() => onAct('retry')}>
        {texts.retry}
      </Button>
      <Button isSmall icon="stop" isDisabled={count === 0} onPress={() => onAct('cancel')}>
        {texts.cancel}
      </Button>
      <span role="status" className="soft">
        {count === 0 ? texts.choose : texts.chosen(count)}
      </span>
    </fieldset>
  )
}

interface Choice {
  readonly ids: ReadonlySet<string>
  readonly choose: (id: string, isChosen: boolean) => void
}

function useColumns(choice: Choice | undefined): Column<JobLine>[] {
  const texts = useTexts(jobTexts)
  return [
    {
      key: 'job',
      header: texts.job,
      cell: ({ id, databaseId, queue }) => (
        <span className={styles['row']}>
          {choice !== undefined && (
            <input
              type="checkbox"
              aria-label={texts.select(databaseId)}
              checked={choice.ids.has(id)}
              onChange={(event) => choice.choose(id, event.target.checked)}
            />
          )}
          <span className={styles['pair']}>
            <Link to="/jobs/$jobId" params={{ jobId: databaseId }}>
              {textOf(texts.queues, queue)}
            </Link>
            <CopyId id={databaseId} what={texts.id} isShort />
          </span>
        </span>
      ),
    },
    { key: 'state', header: texts.state, cell: ({ state }) => <JobStateBadge state={state} /> },
    {
      key: 'subject',
      header: texts.subject,
      cell: ({ subjectId }) => subjectId !== null && <CopyId id={subjectId} what={texts.subjectId} isShort />,
    },
    {
      key: 'attempts',
      header: texts.attempts,
      isNumber: true,
      cell: ({ attempts, maxAttempts }) => texts.attemptsOf(attempts, maxAttempts),
    },
    { key: 'error', header: texts.error, cell: ({ errorCode }) => <JobError code={errorCode} /> },
    { key: 'created', header: texts.created, cell: ({ insertedAt }) => <Moment at={insertedAt} /> },
    {
      key: 'ended',
      header: texts.ended,
      cell: ({ completedAt }) => completedAt !== null && <Moment at={completedAt} />,
    },
  ]
}

interface Filter {
  readonly queue: string | null
  readonly state: JobLine['state'] | null
}

function JobsExport({ filter }: { readonly filter: Filter }) {
  const texts = useTexts(jobTexts)
  return (
    <ExportButton<JobLine>
      name="zvirka-jobs"
      columns={[
        { header: texts.id, value: ({ databaseId }) => databaseId },
        { header: texts.queue, value: ({ queue }) => queue },
        { header: texts.state, value: ({ state }) => state },
        { header: texts.subjectId, value: ({ subjectId }) => subjectId },
        { header: texts.attempts, value: ({ attempts }) => attempts },
        { header: texts.error, value: ({ errorCode }) => errorCode },
        { header: texts.created, value: ({ insertedAt }) => insertedAt },
        { header: texts.started, value: ({ startedAt }) => startedAt },
        { header: texts.ended, value: ({ completedAt }) => completedAt },
      ]}
      page={async (after, signal) => {
        const { jobs } = await askOnce(JOBS, { filter, first: PAGE_SIZE, after }, signal)
        const { nodes = [], pageInfo } = jobs ?? {}
        return { rows: nodes, next: pageInfo?.hasNextPage === true ? pageInfo.endCursor : null }
      }}
    />
  )
}
