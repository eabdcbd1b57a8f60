/** The list of runs. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { uuidOf } from '../../graphql/ids.ts'
import { askOnce, useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useMay } from '../../session/viewer.ts'
import { RunStateBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ExportButton } from '../../ui/export.tsx'
import { Filters, Select } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { PAGE_SIZE, Pager, pageVariables } from '../../ui/pager.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { RUNS, type RunLine } from './queries.ts'
import { RUN_STATES } from './search.ts'
import { StartDialog } from './start-dialog.tsx'
import { runTexts } from './texts.ts'

const route = getRouteApi('/runs')
const POLL_MILLISECONDS = 5000

/** The page. */
export function RunsPage() {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayStart = useMay('verification_run:write')
  const [isStarting, setIsStarting] = useState(false)
  const filter = { process: search.process ?? null, state: search.state ?? null }
  const { data, error, isPlaceholderData, refetch } = useAnswer(
    RUNS,
    { filter, ...pageVariables(search) },
    { every: POLL_MILLISECONDS },
  )
  const columns = useColumns()
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ search: { process: search.process, state: search.state, ...change } })
  const runs = data?.verificationRuns
  const isFiltered = (search.process ?? search.state) !== undefined
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        mayStart && (
          <Button look="primary" icon="play" onPress={() => setIsStarting(true)}>
            {texts.start}
          </Button>
        )
      }
    >
      <Filters onClear={isFiltered ? () => narrow({ process: undefined, state: undefined }) : undefined}>
        <Select
          label={texts.process}
          value={search.process ?? ''}
          all={texts.all}
          options={Object.entries(names.process)}
          onChange={(process) => narrow({ process })}
        />
        <Select
          label={texts.state}
          value={search.state ?? ''}
          all={texts.all}
          options={RUN_STATES.map((state) => [state, names.runState[state]])}
          onChange={(state) => narrow({ state: RUN_STATES.find((each) => each === state) })}
        />
      </Filters>
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <DataTable
          caption={texts.title}
          columns={columns}
          rows={runs?.nodes}
          keyOf={({ id }) => id}
          isStale={isPlaceholderData}
          expected={14}
          empty={<EmptyState title={texts.empty}>{texts.emptyText}</EmptyState>}
        />
      )}
      {runs != null && (
        <Pager pageInfo={runs.pageInfo} total={{ count: runs.totalCount, isExact: runs.totalCountIsExact }}>
          <RunsExport filter={filter} />
        </Pager>
      )}
      {isStarting && <StartDialog process={search.process} onClose={() => setIsStarting(false)} />}
    </Page>
  )
}

function useColumns(): Column<RunLine>[] {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const format = useFormat()
  // The same as long as the language is: rows that have not changed are then not drawn again.
  return useMemo(() => {
    const number = (key: string, header: string, of: (run: RunLine) => number): Column<RunLine> => ({
      ...{ key, header, isNumber: true },
      cell: (run) => format.number(of(run)),
    })
    return [
      {
        key: 'process',
        header: texts.process,
        cell: (run) => (
          <Link to="/runs/$runId" params={{ runId: uuidOf(run.id) }}>
            {textOf(names.process, run.process)}
          </Link>
        ),
      },
      { key: 'state', header: texts.state, cell: ({ state }) => <RunStateBadge state={state} /> },
      { key: 'started', header: texts.started, cell: ({ startedAt }) => <Moment at={startedAt} /> },
      { key: 'cause', header: texts.cause, cell: ({ cause }) => textOf(names.runCause, cause) },
      { key: 'duration', header: texts.duration, isNumber: true, cell: ({ seconds }) => format.duration(seconds) },
      number('done', texts.done, ({ done }) => done),
      number('verified', texts.verified, ({ verified }) => verified),
      number('notVerified', texts.notVerified, ({ notVerified }) => notVerified),
      number('errors', texts.technicalErrors, ({ technicalErrors }) => technicalErrors),
    ]
  }, [texts, names, format])
}

function RunsExport({ filter }: { readonly filter: { process: string | null; state: RunLine['state'] | null } }) {
  const texts = useTexts(runTexts)
  return (
    <ExportButton<RunLine>
      name="zvirka-runs"
      columns={[
        { header: texts.id, value: ({ id }) => uuidOf(id) },
        { header: texts.process, value: ({ process }) => process },
        { header: texts.state, value: ({ state }) => state },
        { header: texts.cause, value: ({ cause }) => cause },
        { header: texts.started, value: ({ startedAt }) => startedAt },
        { header: texts.ended, value: ({ endedAt }) => endedAt },
        { header: texts.done, value: ({ done }) => done },
        { header: texts.verified, value: ({ verified }) => verified },
        { header: texts.notVerified, value: ({ notVerified }) => notVerified },
        { header: texts.notNeeded, value: ({ notNeeded }) => notNeeded },
        { header: texts.incorrect, value: ({ incorrect }) => incorrect },
        { header: texts.technicalErrors, value: ({ technicalErrors }) => technicalErrors },
        { header: texts.reason, value: ({ reason }) => reason },
      ]}
      page={async (after, signal) => {
        const { verificationRuns } = await askOnce(RUNS, { filter, first: PAGE_SIZE, after }, signal)
        const { nodes = [], pageInfo } = verificationRuns ?? {}
        return { rows: nodes, next: pageInfo?.hasNextPage === true ? pageInfo.endCursor : null }
      }}
    />
  )
}
