/** Parts of the page of one run: errors by kind, workers, and what happened when. */
import { useMemo } from 'react'
import { useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useMay } from '../../session/viewer.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { RUN_ACTS, type RunDetail } from './queries.ts'
import styles from './run-page.module.css'
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

/** What each worker did. */
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
  // The same as long as the language is: of hundreds of workers only those are drawn that did something.
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

/** What happened when; what people did is in it for who may see the audit. */
export function Timeline({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const maySeeAudit = useMay('audit:read')
  const { data } = useAnswer(RUN_ACTS, { subjectId: run.databaseId }, { isEnabled: maySeeAudit })
  const acts = (data?.audit?.nodes ?? []).map(({ at, operation, reason }) => ({
    at,
    text: textOf(texts.acts, operation.replace('Mutation.', '')),
    reason,
  }))
  const state = textOf(names.runState, run.state).toLowerCase()
  const moments = [
    { at: run.startedAt, text: `${texts.timelineStarted} ${textOf(names.runCause, run.cause)}`, reason: null },
    ...acts,
    ...(run.endedAt === null ? [] : [{ at: run.endedAt, text: texts.timelineEnded(state), reason: null }]),
  ].toSorted((a, b) => a.at.localeCompare(b.at))
  return (
    <Card title={texts.timeline}>
      <ol className={styles['timeline']}>
        {moments.map(({ at, text, reason }) => (
          <li key={`${at} ${text}`}>
            <span>{text}</span>
            {reason !== null && <span className="soft">{reason}</span>}
            <span className="soft">
              <Moment at={at} />
            </span>
          </li>
        ))}
        {run.endedAt === null && <li>{texts.timelineNow(state)}</li>}
      </ol>
    </Card>
  )
}
