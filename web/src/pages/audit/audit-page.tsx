/** The audit: who looked at whose data, and who did what. */
import { getRouteApi } from '@tanstack/react-router'
import { askOnce, useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ExportButton } from '../../ui/export.tsx'
import { Page } from '../../ui/page.tsx'
import { Pager, pageVariables } from '../../ui/pager.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { useAuditColumns } from './columns.tsx'
import { AUDIT, type AuditLine } from './queries.ts'
import { type AuditSearch, auditFilter } from './search.ts'
import { auditTexts } from './texts.ts'

const route = getRouteApi('/audit')
/** The most that the API gives at once: a file takes as few requests as it can. */
const EXPORT_ROWS = 300

/** The page. */
export function AuditPage() {
  const texts = useTexts(auditTexts)
  const search = route.useSearch()
  const variables = { filter: auditFilter(search), ...pageVariables(search) }
  const { data, error, isPlaceholderData, refetch } = useAnswer(AUDIT, variables)
  const columns = useAuditColumns(search.subject)
  const records = data?.audit
  return (
    <Page title={texts.title} lead={texts.lead}>
      <AuditFilters />
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <DataTable
          caption={texts.title}
          columns={columns}
          rows={records?.nodes}
          keyOf={keyOf}
          isStale={isPlaceholderData}
          expected={20}
          empty={
            <EmptyState title={search.subject === undefined ? texts.empty : texts.emptySubject} icon="audit">
              {texts.emptyText}
            </EmptyState>
          }
        />
      )}
      {records != null && (
        <Pager pageInfo={records.pageInfo} total={{ count: records.totalCount, isExact: records.totalCountIsExact }}>
          <span title={texts.exportNote}>
            <AuditExport search={search} />
          </span>
        </Pager>
      )}
    </Page>
  )
}

// A record has no id of its own to who reads it; one request writes no two alike.
function keyOf({ at, requestId, operation, subjectKind, subjectIds }: AuditLine): string {
  return [at, requestId, operation, subjectKind, subjectIds[0]].join(' ')
}

function AuditExport({ search }: { readonly search: AuditSearch }) {
  const texts = useTexts(auditTexts)
  const format = useFormat()
  return (
    <ExportButton<AuditLine>
      name="zvirka-audit"
      columns={[
        { header: texts.whenKyiv, value: ({ at }) => format.dateTime(at) },
        { header: texts.whenUtc, value: ({ at }) => at },
        { header: texts.action, value: ({ action }) => action },
        { header: texts.operation, value: ({ operation }) => operation },
        { header: texts.email, value: ({ userEmail }) => userEmail },
        { header: texts.userId, value: ({ userId }) => userId },
        { header: texts.client, value: ({ clientName }) => clientName },
        { header: texts.clientId, value: ({ clientId }) => clientId },
        { header: texts.subjectKind, value: ({ subjectKind }) => subjectKind },
        { header: texts.subject, value: ({ subjectIds }) => subjectIds.join(' ') },
        { header: texts.reason, value: ({ reason }) => reason },
        { header: texts.fields, value: ({ fields }) => fields?.join(' ') },
        { header: texts.requestId, value: ({ requestId }) => requestId },
      ]}
      page={async (after, signal) => {
        // The first page tells the server that a file is being made; one record of that is enough.
        const variables = { filter: auditFilter(search), first: EXPORT_ROWS, after, isExport: after === null }
        const { audit } = await askOnce(AUDIT, variables, signal)
        const { nodes = [], pageInfo } = audit ?? {}
        return { rows: nodes, next: pageInfo?.hasNextPage === true ? pageInfo.endCursor : null }
      }}
    />
  )
}
