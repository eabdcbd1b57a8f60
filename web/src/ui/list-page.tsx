/**
 * A list page: heading, actions, filters, the table with its loading, empty and error states, pagination and export. A page provides the
 * query, filters, columns and texts.
 */
import type { ReactNode } from 'react'
import type { ApiFailure } from '../graphql/request.ts'
import { useFormat } from '../i18n/format.ts'
import { useTexts } from '../i18n/texts.ts'
import { Button } from './button.tsx'
import type { ExportColumn } from './csv.ts'
import { ExportButton } from './export.tsx'
import styles from './list-page.module.css'
import { Page } from './page.tsx'
import { Pager } from './pager.tsx'
import { Banner, ErrorState, useFailureText } from './states.tsx'
import { type Column, DataTable, type TableProps } from './table.tsx'
import { uiTexts } from './texts.ts'
import type { List } from './use-list.ts'

interface ListPageProps<Row> {
  readonly title: string
  readonly lead?: ReactNode
  readonly list: List<Row>
  /** Actions of the page, before the reload button. */
  readonly actions?: ReactNode
  /** Updated automatically, so there is no reload button. */
  readonly isLive?: boolean
  /** Content above the filters. */
  readonly above?: ReactNode
  readonly filters: ReactNode
  /** The table's caption, if it differs from the title. */
  readonly caption?: string
  /** The table's columns, unless the page renders its own table. */
  readonly columns?: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** The number of skeleton rows. */
  readonly expected: number
  /** Shown if there are no rows. */
  readonly empty: ReactNode
  /** A table with more functions. */
  readonly table?: (given: Omit<TableProps<Row>, 'columns'>) => ReactNode
  /** Replaces the usual text for a refusal; undefined keeps it. */
  readonly refusal?: (error: ApiFailure) => ReactNode | undefined
  readonly file: ListFile<Row>
  /** Dialogs. */
  readonly children?: ReactNode
}

interface ListFile<Row> {
  /** Without an extension. */
  readonly name: string
  readonly columns: readonly ExportColumn<Row>[]
  /** Replaces the usual note. */
  readonly note?: string
}

/** The page. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, lead, list, actions, isLive = false, above, filters, file, children } = props
  const texts = useTexts(uiTexts)
  const { shown } = list
  const { hasNextPage = false, hasPreviousPage = false } = shown?.pageInfo ?? {}
  const isThere = (shown?.nodes.length ?? 0) > 0 || hasNextPage || hasPreviousPage
  return (
    <Page
      title={title}
      lead={lead}
      actions={
        <>
          {actions}
          {!isLive && (
            <Button icon="runs" onPress={list.refetch} isPending={list.isFetching}>
              {texts.refresh}
            </Button>
          )}
        </>
      }
    >
      {above}
      {filters}
      <NotUpdated list={list} />
      <Rows {...props} />
      {shown !== undefined && isThere && (
        <Pager pageInfo={shown.pageInfo} total={{ count: shown.totalCount, isExact: shown.totalCountIsExact }}>
          <ExportButton {...file} page={list.exported} />
        </Pager>
      )}
      {children}
    </Page>
  )
}

function Rows<Row>(props: ListPageProps<Row>) {
  const { title, caption = title, list, columns = [], keyOf, expected, empty, table, refusal } = props
  const { shown, error, isStale, refetch } = list
  if (error !== null && shown === undefined) {
    return (
      refusal?.(error) ?? (
        <div className={styles['frame']}>
          <ErrorState error={error} onRetry={refetch} />
        </div>
      )
    )
  }
  const given = { caption, rows: shown?.nodes, keyOf, isStale, expected, empty }
  return table?.(given) ?? <DataTable {...given} columns={columns} />
}

// That the API is unreachable is shown by the frame for the whole page.
function NotUpdated({ list: { shown, error, fetchedAt, refetch } }: { readonly list: List<unknown> }) {
  const texts = useTexts(uiTexts)
  const failureText = useFailureText()
  const format = useFormat()
  if (error === null || error.code === 'NETWORK' || shown === undefined) return null
  return (
    <Banner tone="bad" role="alert">
      <div className={styles['notUpdated']}>
        <p>
          <strong>{texts.notUpdated}</strong> {failureText(error)} {texts.shownAsOf(format.time(new Date(fetchedAt)))}
        </p>
        <Button isSmall onPress={refetch}>
          {texts.retry}
        </Button>
      </div>
    </Banner>
  )
}
