/** The audit: who accessed whose data, and who did what. */
import { getRouteApi } from '@tanstack/react-router'
import { useFormat } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import type { ExportColumn } from '../../ui/csv.ts'
import { ListPage } from '../../ui/list-page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useList } from '../../ui/use-list.ts'
import { AuditFilters } from './audit-filters.tsx'
import { useAuditColumns } from './columns.tsx'
import { AUDIT, type AuditLine } from './queries.ts'
import { auditFilter } from './search.ts'
import { auditTexts } from './texts.ts'

const route = getRouteApi('/audit')
/** The API's maximum, to keep the number of requests of an export low. */
const EXPORT_ROWS = 300

/** The page. */
export function AuditPage() {
  const texts = useTexts(auditTexts)
  const search = route.useSearch()
  const list = useList(AUDIT, {
    variables: { filter: auditFilter(search) },
    place: search,
    of: ({ audit }) => audit,
    exportSize: EXPORT_ROWS,
    // Only the first page announces an export to the server; one audit record is enough.
    exportWith: (after) => ({ isExport: after === null }),
  })
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      filters={<AuditFilters />}
      columns={useAuditColumns(search.subject)}
      keyOf={keyOf}
      expected={20}
      empty={
        <EmptyState title={search.subject === undefined ? texts.empty : texts.emptySubject} icon="audit">
          {texts.emptyText}
        </EmptyState>
      }
      file={{ name: 'zvirka-audit', columns: useFileColumns(), note: texts.exportNote }}
    />
  )
}

// Records have no id in the API, but two of one request always differ in this.
function keyOf({ at, requestId, operation, subjectKind, subjectIds }: AuditLine): string {
  return [at, requestId, operation, subjectKind, subjectIds[0]].join(' ')
}

function useFileColumns(): ExportColumn<AuditLine>[] {
  const texts = useTexts(auditTexts)
  const format = useFormat()
  return [
    { header: texts.whenKyiv, value: ({ at }) => format.dateTime(at) },
    { header: texts.whenUtc, value: ({ at }) => at },
    { header: texts.action, value: ({ action }) => action },
    { header: texts.result, value: ({ result }) => result },
    { header: texts.occurrences, value: ({ occurrences }) => String(occurrences) },
    { header: texts.operation, value: ({ operation }) => operation },
    { header: texts.email, value: ({ userEmail }) => userEmail },
    { header: texts.userId, value: ({ userId }) => userId },
    { header: texts.client, value: ({ clientName }) => clientName },
    { header: texts.clientId, value: ({ clientId }) => clientId },
    { header: texts.tokenId, value: ({ tokenId }) => tokenId },
    { header: texts.subjectKind, value: ({ subjectKind }) => subjectKind },
    { header: texts.subject, value: ({ subjectIds }) => subjectIds.join(' ') },
    { header: texts.reason, value: ({ reason }) => reason },
    { header: texts.fields, value: ({ fields }) => fields?.join(' ') },
    { header: texts.address, value: ({ address }) => address },
    { header: texts.operator, value: ({ operator }) => operator },
    { header: texts.requestId, value: ({ requestId }) => requestId },
  ]
}
