/** Components of a run's page: errors by kind, and workers. */
import { useMemo } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import type { RunDetail } from './queries.ts'
import { runTexts } from './texts.ts'

/** Technical errors by kind, the most frequent first. */
export function RunErrors({ errors }: { readonly errors: RunDetail['errors'] }) {
  const texts = useTexts(runTexts)
  const format = useFormat()
  return (
    <Card title={texts.errors}>
      {errors.length > 0 && <p className="soft">{texts.errorsText}</p>}
      <DataTable
        isPlain
        caption={texts.errors}
        rows={errors}
        keyOf={({ whose, code }) => `${whose} ${code}`}
        empty={<EmptyState title={texts.noErrors} icon="check" />}
        columns={[
          { key: 'code', header: texts.code, cell: ({ code }) => <span className="mono">{code}</span> },
          { key: 'whose', header: texts.whose, cell: ({ whose }) => textOf(texts.whoseWords, whose) },
          { key: 'count', header: texts.count, isNumber: true, cell: ({ count }) => format.number(count) },
        ]}
      />
    </Card>
  )
}

type RunWorker = RunDetail['workers'][number]

/** The work of each worker. */
export function RunWorkers({ workers }: { readonly workers: readonly RunWorker[] }) {
  const texts = useTexts(runTexts)
  return (
    <Card title={texts.workers}>
      <DataTable
        isPlain
        caption={texts.workers}
        rows={workers}
        keyOf={({ id }) => id}
        empty={<EmptyState title={texts.noWorkers} icon="jobs" />}
        columns={useWorkerColumns()}
      />
    </Card>
  )
}

function useWorkerColumns(): Column<RunWorker>[] {
  const texts = useTexts(runTexts)
  const format = useFormat()
  // Memoised: with hundreds of workers only the changed rows are rendered.
  return useMemo(
    () => [
      { key: 'worker', header: texts.worker, cell: ({ host, pid }) => `${host}, ${pid}` },
      {
        key: 'state',
        header: texts.state,
        cell: ({ isAlive }) => (
          <Badge tone={isAlive ? 'good' : 'quiet'} icon={isAlive ? 'check' : 'dash'}>
            {isAlive ? texts.alive : texts.gone}
          </Badge>
        ),
      },
      { key: 'joined', header: texts.joined, cell: ({ joinedAt }) => <Moment at={joinedAt} /> },
      { key: 'batches', header: texts.batches, isNumber: true, cell: ({ batches }) => format.number(batches) },
      { key: 'claimed', header: texts.claimed, isNumber: true, cell: ({ claimed }) => format.number(claimed) },
      {
        key: 'errors',
        header: texts.technicalErrors,
        isNumber: true,
        cell: ({ technicalErrors }) => format.number(technicalErrors),
      },
    ],
    [texts, format],
  )
}
