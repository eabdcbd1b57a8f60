/** All processes in one table: statuses, newest run and next run, with a link to the details. */
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { uuidOf } from '../../graphql/ids.ts'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { RunStateBadge } from '../../ui/badge.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Ago } from '../../ui/time.tsx'
import type { RunLine } from '../runs/queries.ts'
import styles from './overview-page.module.css'
import { StatusCount } from './process-card.tsx'
import type { Process } from './queries.ts'
import { overviewTexts } from './texts.ts'

/** A process with its active run (live data), otherwise the newest. */
export interface ProcessRow {
  readonly process: Process
  readonly run: RunLine | null
}

/** The table. */
export function ProcessTable({
  rows,
  chosen,
}: {
  readonly rows: readonly ProcessRow[]
  readonly chosen: string | undefined
}) {
  const texts = useTexts(overviewTexts)
  return (
    <DataTable
      isDense
      caption={texts.processes}
      rows={rows}
      keyOf={({ process }) => process.key}
      columns={useColumns(chosen)}
    />
  )
}

const STATUSES = ['VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NEEDED', 'IN_REVIEW'] as const

function useColumns(chosen: string | undefined): Column<ProcessRow>[] {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  const format = useFormat()
  return useMemo(() => {
    const number = (key: string, header: string, of: (counts: NonNullable<Process['counts']>) => number) => ({
      ...{ key, header, isNumber: true },
      cell: ({ process: { counts } }: ProcessRow) => (counts === null ? '…' : format.number(of(counts))),
    })
    return [
      {
        key: 'process',
        header: texts.process,
        cell: ({ process: { key } }) => (
          <Link
            to="/"
            search={{ process: key === chosen ? undefined : key }}
            resetScroll={false}
            aria-expanded={key === chosen}
          >
            {textOf(names.process, key)}
          </Link>
        ),
      },
      number('due', texts.dueColumn, ({ due }) => due),
      ...STATUSES.map((status) => ({
        ...{ key: status, header: names.status[status], isNumber: true },
        cell: ({ process }: ProcessRow) => <StatusCount process={process} status={status} />,
      })),
      number('errors', texts.technicalErrors, ({ waiting }) => waiting),
      { key: 'run', header: texts.lastRun, cell: ({ run }) => <NewestRun run={run} /> },
      { key: 'next', header: texts.nextRun, cell: ({ process }) => <NextRun process={process} /> },
    ]
  }, [texts, names, format, chosen])
}

function NewestRun({ run }: { readonly run: RunLine | null }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  const format = useFormat()
  if (run === null) return <span className="soft">{texts.never}</span>
  const total = run.done + (run.remaining ?? 0)
  return (
    <>
      <RunStateBadge state={run.state} />
      <p className={styles['small']}>
        <Link to="/runs/$runId" params={{ runId: uuidOf(run.id) }}>
          {run.endedAt === null && total > 0 ? (
            format.percent(run.done / total)
          ) : (
            <Ago at={run.endedAt ?? run.startedAt} />
          )}
          <span className="visually-hidden">
            : {texts.openRun}, {textOf(names.process, run.process)}
          </span>
        </Link>
      </p>
    </>
  )
}

function NextRun({ process: { isServed, nextTick } }: { readonly process: Process }) {
  const texts = useTexts(overviewTexts)
  if (!isServed) return <span className="soft">{texts.notServed}</span>
  return nextTick === null ? '—' : <Ago at={nextTick} />
}
