/** The first page: what the processes do, and whether registries and workers are well. */
import { type ReactNode, useEffect, useMemo } from 'react'
import { useEvents } from '../../graphql/events.ts'
import { queryClient, useAnswer } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { BarLegend } from '../../ui/bars.tsx'
import { Page } from '../../ui/page.tsx'
import { Shown, Skeleton } from '../../ui/states.tsx'
import { Attention } from './attention.tsx'
import { Registries, Workers } from './health.tsx'
import { barsOf } from './history.ts'
import styles from './overview-page.module.css'
import { ProcessCard } from './process-card.tsx'
import { HISTORY, OVERVIEW, type Process, UNDER_WAY } from './queries.ts'
import { overviewTexts } from './texts.ts'

const POLL_MILLISECONDS = 5000
const HISTORY_MILLISECONDS = 60_000

/** The page. */
export function OverviewPage() {
  const texts = useTexts(overviewTexts)
  const asked = useAnswer(OVERVIEW, {}, { every: POLL_MILLISECONDS })
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Shown of={asked} skeleton={<Ghosts />}>
        {({ verificationProcesses, registries, workers }) => (
          <>
            <Attention registries={registries ?? []} processes={verificationProcesses ?? []} workers={workers ?? []} />
            <Processes processes={verificationProcesses ?? []}>
              <Registries registries={registries ?? []} />
            </Processes>
            <Workers workers={workers ?? []} />
          </>
        )}
      </Shown>
    </Page>
  )
}

// Cards in the places of those that come; one of them says that it is being fetched.
function Ghosts() {
  return (
    <div className={styles['processes']}>
      {GHOSTS.map((ghost) => (
        <div key={ghost} className={styles['ghost']} aria-hidden={ghost > 0}>
          <Skeleton lines={19} />
        </div>
      ))}
    </div>
  )
}

const GHOSTS = [0, 1, 2, 3, 4, 5] as const

function Processes({ processes, children }: { readonly processes: readonly Process[]; readonly children: ReactNode }) {
  const texts = useTexts(overviewTexts)
  const { data, error } = useAnswer(HISTORY, {}, { every: HISTORY_MILLISECONDS })
  const history = data?.verificationRunHistory
  const isAnyUnderWay = processes.some(({ newestRun }) => newestRun !== null && newestRun.endedAt === null)
  const live = useEvents(UNDER_WAY, {}, { isEnabled: isAnyUnderWay })?.verificationRunsUnderWay
  // A run that is in the stream no more is over: what came of it is worth asking for at once.
  const running = live?.map(({ id }) => id).join()
  useEffect(() => {
    if (running !== undefined) void queryClient.invalidateQueries()
  }, [running])
  const bars = useMemo(
    () => (history == null ? undefined : new Map(processes.map(({ key }) => [key, barsOf(history, key, new Date())]))),
    [history, processes],
  )
  return (
    <section aria-label={texts.processes} className={styles['section']}>
      <div className={styles['processes']}>
        {processes.map((process) => (
          <ProcessCard
            key={process.key}
            process={process}
            run={(isAnyUnderWay ? live?.find((run) => run.process === process.key) : undefined) ?? process.newestRun}
            days={bars?.get(process.key) ?? error ?? undefined}
          />
        ))}
        {children}
      </div>
      <BarLegend names={texts.pieces} />
    </section>
  )
}
