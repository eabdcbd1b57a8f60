/** Events as a table: on their own page, and on the page of what they are about. */
import { SubjectLink } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { CopyId } from '../../ui/copy-id.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { Change } from './change.tsx'
import type { EventLine } from './queries.ts'
import { eventTexts } from './texts.ts'

type Given = Omit<Parameters<typeof DataTable<EventLine>>[0], 'caption' | 'columns' | 'keyOf'>

/** The table; `isOfOne`: of one entity, which is not told again with each. */
export function EventTable({ isOfOne = false, ...rest }: Given & { readonly isOfOne?: boolean }) {
  const texts = useTexts(eventTexts)
  const columns: Column<EventLine>[] = [
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
      cell: ({ changedBy }) => <CopyId id={changedBy} what={texts.by} isShort />,
    },
  ]
  return (
    <DataTable
      {...rest}
      caption={texts.title}
      columns={isOfOne ? columns.filter(({ key }) => key !== 'entity') : columns}
      keyOf={({ id }) => id}
    />
  )
}
