/** The overview: what needs a person, the state of the processes, and the health of registries and workers. */
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { useEvents } from '../../graphql/events.ts'
import { queryClient, useAnswer } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { BarLegend } from '../../ui/bars.tsx'
import { Page } from '../../ui/page.tsx'
import { Shown, Skeleton } from '../../ui/states.tsx'
import { Attention } from './attention.tsx'
import { Registries, Workers } from './health.tsx'
import { barsOf } from './history.ts'
import styles from './overview-page.module.css'
import { ProcessCard } from './process-card.tsx'
import { type ProcessRow, ProcessTable } from './process-table.tsx'
import { HISTORY, OVERVIEW, type Process, UNDER_WAY, WAITING_DEATHS } from './queries.ts'
import { overviewTexts } from './texts.ts'

const route = getRouteApi('/')
const POLL_MILLISECONDS = 5000
const DEATHS_MILLISECONDS = 30_000
const HISTORY_MILLISECONDS = 60_000

/** The page. */
export function OverviewPage() {
  const texts = useTexts(overviewTexts)
  const asked = useAnswer(OVERVIEW, {}, { every: POLL_MILLISECONDS })
  const deaths = useAnswer(WAITING_DEATHS, {}, { every: DEATHS_MILLISECONDS, isEnabled: useMay('person:read') })
  return (
    <Page title={texts.title} lead={texts.lead}>
      {/* Both at once: a banner that comes later would move what somebody is already reading. */}
      <Shown of={deaths.isLoading ? { ...asked, data: undefined } : asked} skeleton={<Ghost />}>
        {({ verificationProcesses, registries, workers }) => (
          <>
            <Attention
              registries={registries ?? []}
              processes={verificationProcesses ?? []}
              workers={workers ?? []}
              deaths={deaths.data?.waitingDracsDeathCandidates ?? []}
            />
            <Processes processes={verificationProcesses ?? []} />
            <Registries registries={registries ?? []} />
            <Workers workers={workers ?? []} />
          </>
        )}
      </Shown>
    </Page>
  )
}

function Ghost() {
  return (
    <div className={styles['ghost']}>
      <Skeleton lines={19} />
    </div>
  )
}

function Processes({ processes }: { readonly processes: readonly Process[] }) {
  const texts = useTexts(overviewTexts)
  const { process: chosen } = route.useSearch()
  const isAnyUnderWay = processes.some(({ newestRun }) => newestRun !== null && newestRun.endedAt === null)
  const live = useEvents(UNDER_WAY, {}, { isEnabled: isAnyUnderWay })?.verificationRunsUnderWay
  // A run that is no longer in the subscription has ended, so its result is loaded immediately.
  const running = live?.map(({ id }) => id).join()
  useEffect(() => {
    if (running !== undefined) void queryClient.invalidateQueries()
  }, [running])
  const rows = processes.map((process) => ({
    process,
    run: (isAnyUnderWay ? live?.find((run) => run.process === process.key) : undefined) ?? process.newestRun,
  }))
  const row = rows.find(({ process }) => process.key === chosen)
  return (
    <section aria-label={texts.processes} className={styles['section']}>
      <ProcessTable rows={rows} chosen={chosen} />
      {row !== undefined && <Details key={row.process.key} row={row} />}
    </section>
  )
}

/** The details of one process. */
function Details({ row: { process, run } }: { readonly row: ProcessRow }) {
  const texts = useTexts(overviewTexts)
  const { data, error } = useAnswer(HISTORY, {}, { every: HISTORY_MILLISECONDS })
  const history = data?.verificationRunHistory
  const bars = useMemo(
    () => (history == null ? undefined : barsOf(history, process.key, new Date())),
    [history, process.key],
  )
  return (
    <>
      <ProcessCard process={process} run={run} days={bars ?? error ?? undefined} />
      <BarLegend names={texts.pieces} />
    </>
  )
}
