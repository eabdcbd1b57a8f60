/** Every change of a subject's streams, newest first. */
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Select } from '../../ui/field.tsx'
import { Pager } from '../../ui/pager.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { STREAMS } from './kinds.ts'
import styles from './people.module.css'
import type { HistoryEdge } from './queries.ts'
import type { HistorySearch } from './search.ts'
import { RunLink } from './stream-card.tsx'
import type { Subject } from './subject.ts'
import { peopleTexts } from './texts.ts'
import { peopleWords } from './words.ts'

interface HistoryProps {
  readonly subject: Subject
  readonly search: HistorySearch
  /** Whether the visible data belongs to the previous query. */
  readonly isStale: boolean
}

/** The card. */
export function History({ subject, search, isStale }: HistoryProps) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const navigate = useNavigate()
  const { edges, pageInfo, totalCount, totalCountIsExact } = subject.verificationHistory
  const columns = useColumns()
  return (
    <Card
      title={texts.history}
      actions={
        <Select
          label={texts.stream}
          value={search.stream ?? ''}
          all={texts.allStreams}
          options={STREAMS[subject.kind].map((stream) => [stream, names.stream[stream]])}
          onChange={(stream) => void navigate({ to: '.', search: { stream } as never, resetScroll: false })}
        />
      }
    >
      <DataTable
        isPlain
        caption={texts.history}
        rows={edges}
        keyOf={({ cursor }) => cursor}
        isStale={isStale}
        empty={<EmptyState title={texts.noHistory}>{texts.noHistoryText}</EmptyState>}
        columns={columns}
      />
      {(pageInfo.hasNextPage || pageInfo.hasPreviousPage) && (
        <Pager pageInfo={pageInfo} total={{ count: totalCount, isExact: totalCountIsExact }} />
      )}
    </Card>
  )
}

// Ids and times do not wrap if there is room.
function Line({ children }: { readonly children: ReactNode }) {
  return <span className={styles['line']}>{children}</span>
}

function useColumns(): Column<HistoryEdge>[] {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const { reason, step: steps, stepOf } = useTexts(peopleWords)
  return [
    {
      key: 'at',
      header: texts.at,
      cell: ({ node: { at } }) => (
        <Line>
          <Moment at={at} />
        </Line>
      ),
    },
    { key: 'stream', header: texts.stream, cell: ({ node: { stream } }) => textOf(names.stream, stream.toLowerCase()) },
    {
      key: 'change',
      header: texts.change,
      cell: ({ node: { verificationStatus, verificationReason } }) => (
        <>
          <StatusBadge status={verificationStatus} />
          <p className="soft">{textOf(reason, verificationReason)}</p>
        </>
      ),
    },
    {
      key: 'step',
      header: texts.step,
      cell: ({ node: { stream, step } }) => {
        const own = `${stream.toLowerCase()} ${step}`
        return own in stepOf ? textOf(stepOf, own) : textOf(steps, step)
      },
    },
    {
      key: 'run',
      header: texts.run,
      cell: ({ node: { runId } }) => <Line>{runId === null ? '—' : <RunLink id={runId} />}</Line>,
    },
    {
      key: 'message',
      header: texts.message,
      cell: ({ node: { messageId } }) => (
        <Line>{messageId === null ? '—' : <CopyId id={messageId} what={texts.message} isShort />}</Line>
      ),
    },
    {
      key: 'by',
      header: texts.by,
      cell: ({ node: { changedBy } }) => (
        <Line>
          <UserLink id={changedBy} what={texts.by} />
        </Line>
      ),
    },
  ]
}
