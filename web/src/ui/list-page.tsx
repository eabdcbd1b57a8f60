/**
 * A page with a list: its heading and acts, its filters, the table with what stands there while it is fetched, is empty or cannot be shown,
 * the links to its other pages and its file. A page says what it asks, its filters, its columns and its words; the rest is here.
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
  /** Acts of the page, before that of asking anew. */
  readonly actions?: ReactNode
  /** Asked again by itself, so that nobody need do it. */
  readonly isLive?: boolean
  /** What comes before the filters. */
  readonly above?: ReactNode
  readonly filters: ReactNode
  /** What the table is called, where that is not the title. */
  readonly caption?: string
  /** Of the table, where the page has none of its own. */
  readonly columns?: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** How many lines the skeleton has. */
  readonly expected: number
  /** What is said where there are no rows. */
  readonly empty: ReactNode
  /** A table that does more than to show. */
  readonly table?: (given: Omit<TableProps<Row>, 'columns'>) => ReactNode
  /** What is said of a refusal in the place of the usual words; undefined: those. */
  readonly refusal?: (error: ApiFailure) => ReactNode | undefined
  readonly file: ListFile<Row>
  /** Dialogs. */
  readonly children?: ReactNode
}

interface ListFile<Row> {
  /** Without its ending. */
  readonly name: string
  readonly columns: readonly ExportColumn<Row>[]
  /** What is to be known of it, in the place of the usual. */
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

// That nobody answers at all is said by the frame, for all of the page.
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
