/** The list of runs. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { uuidOf } from '../../graphql/ids.ts'
import { useFormat } from '../../i18n/format.ts'
import { type Said, useSay } from '../../i18n/messages.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useMay } from '../../session/viewer.ts'
import { RunStateBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import type { ExportColumn } from '../../ui/csv.ts'
import { FilterRow, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { useList } from '../../ui/use-list.ts'
import { RUNS, type RunLine } from './queries.ts'
import { RUN_STATES } from './search.ts'
import { StartDialog } from './start-dialog.tsx'
import { runTexts } from './texts.ts'

const route = getRouteApi('/runs')
const POLL_MILLISECONDS = 5000

/** The page. */
export function RunsPage() {
  const texts = useTexts(runTexts)
  const search = route.useSearch()
  const mayStart = useMay('verification_run:write')
  const [isStarting, setIsStarting] = useState(false)
  const list = useList(RUNS, {
    variables: { filter: { process: search.process ?? null, state: search.state ?? null } },
    place: search,
    of: ({ verificationRuns }) => verificationRuns,
    every: POLL_MILLISECONDS,
  })
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      isLive
      actions={
        mayStart && (
          <Button look="primary" icon="play" onPress={() => setIsStarting(true)}>
            {texts.start}
          </Button>
        )
      }
      filters={<RunFilters />}
      columns={useColumns()}
      keyOf={({ id }) => id}
      expected={14}
      empty={<EmptyState title={texts.empty}>{texts.emptyText}</EmptyState>}
      file={{ name: 'zvirka-runs', columns: fileColumns(texts, useSay()) }}
    >
      {isStarting && <StartDialog process={search.process} onClose={() => setIsStarting(false)} />}
    </ListPage>
  )
}

function RunFilters() {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const filters = useFilters(route.useSearch())
  return (
    <FilterRow of={filters}>
      <WordFilter
        of={filters}
        name="process"
        label={texts.process}
        all={texts.all}
        options={Object.entries(names.process)}
      />
      <WordFilter
        of={filters}
        name="state"
        label={texts.state}
        all={texts.all}
        options={RUN_STATES.map((state) => [state, names.runState[state]])}
      />
    </FilterRow>
  )
}

function useColumns(): Column<RunLine>[] {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const format = useFormat()
  // Memoised: unchanged rows are not rendered again.
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

function fileColumns(
  texts: (typeof runTexts)['uk'],
  say: (messages: readonly Said[]) => string,
): ExportColumn<RunLine>[] {
  return [
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
    {
      header: texts.reason,
      value: ({ finding, reason }) => [finding && say([finding]), reason].filter((each) => each !== null).join(' '),
    },
  ]
}
