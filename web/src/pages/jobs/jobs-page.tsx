/** The list of jobs. Visible jobs update in place; new ones appear on reload. */
import { getRouteApi } from '@tanstack/react-router'
import { useAnswer } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import type { ExportColumn } from '../../ui/csv.ts'
import { FilterRow, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useList } from '../../ui/use-list.ts'
import { isLive } from './acts.ts'
import { JobTable } from './job-table.tsx'
import { JOBS, JOBS_NOW, type JobLine } from './queries.ts'
import { JOB_STATES } from './search.ts'
import { jobTexts } from './texts.ts'

const route = getRouteApi('/jobs')
const POLL_MILLISECONDS = 3000

/** The page. */
export function JobsPage() {
  const texts = useTexts(jobTexts)
  const search = route.useSearch()
  const list = useList(JOBS, {
    variables: { filter: { queue: search.queue ?? null, state: search.state ?? null } },
    place: search,
    of: ({ jobs }) => jobs,
  })
  const rows = useNow(list.shown?.nodes)
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      filters={<JobFilters />}
      keyOf={({ id }) => id}
      expected={16}
      empty={
        <EmptyState title={texts.empty} icon="jobs">
          {texts.emptyText}
        </EmptyState>
      }
      // The selection belongs to these rows only.
      table={(given) => <JobTable key={JSON.stringify(search)} {...given} rows={rows} />}
      file={{ name: 'zvirka-jobs', columns: fileColumns(texts) }}
    />
  )
}

/** The current state of the listed jobs, in their original order. */
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
  const filters = useFilters(route.useSearch())
  return (
    <FilterRow of={filters}>
      <WordFilter
        of={filters}
        name="queue"
        label={texts.queue}
        all={texts.anyQueue}
        options={Object.entries<string>(texts.queues)}
      />
      <WordFilter
        of={filters}
        name="state"
        label={texts.state}
        all={texts.anyState}
        options={JOB_STATES.map((each) => [each, texts.states[each]])}
      />
    </FilterRow>
  )
}

function fileColumns(texts: (typeof jobTexts)['uk']): ExportColumn<JobLine>[] {
  return [
    { header: texts.id, value: ({ databaseId }) => databaseId },
    { header: texts.queue, value: ({ queue }) => queue },
    { header: texts.state, value: ({ state }) => state },
    { header: texts.subjectId, value: ({ subjectId }) => subjectId },
    { header: texts.attempts, value: ({ attempts }) => attempts },
    { header: texts.error, value: ({ errorCode }) => errorCode },
    { header: texts.created, value: ({ insertedAt }) => insertedAt },
    { header: texts.started, value: ({ startedAt }) => startedAt },
    { header: texts.ended, value: ({ completedAt }) => completedAt },
  ]
}
