/** The columns of the list of events, and the table of events on the page of their entity. */
import { SubjectLink, UserLink } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { Change } from './change.tsx'
import type { EventLine } from './queries.ts'
import { eventTexts } from './texts.ts'

type Given = Omit<Parameters<typeof DataTable<EventLine>>[0], 'caption' | 'columns' | 'keyOf'>

/** The columns. */
export function useEventColumns(): Column<EventLine>[] {
  const texts = useTexts(eventTexts)
  return [
    { key: 'when', header: texts.when, cell: ({ eventTime }) => <Moment at={eventTime} /> },
    { key: 'type', header: texts.type, cell: ({ eventType }) => textOf(texts.types, eventType) },
    {
      key: 'entity',
      header: texts.entity,
      cell: ({ entityType, entityId }) => <SubjectLink kind={entityType} id={entityId} />,
    },
    { key: 'change', header: texts.change, cell: ({ properties }) => <Change properties={properties} /> },
    {
      key: 'by',
      header: texts.changedBy,
      cell: ({ changedBy }) => <UserLink id={changedBy} what={texts.by} />,
    },
  ]
}

/** The table of one entity's events, without the entity's column. */
export function EventTable(given: Given) {
  const texts = useTexts(eventTexts)
  const columns = useEventColumns()
  return (
    <DataTable
      {...given}
      caption={texts.title}
      columns={columns.filter(({ key }) => key !== 'entity')}
      keyOf={({ id }) => id}
    />
  )
}
