// biome-ignore-all lint/a11y/noRedundantRoles: as cards, `display` would remove the implicit roles
/**
 * A data table. On narrow screens each row becomes a card whose cells show the column names; it stays a table for screen readers (roles are
 * explicit, because `display` would remove them).
 */
import { memo, type ReactNode } from 'react'
import { useTexts } from '../i18n/texts.ts'
import { EmptyState, Skeleton } from './states.tsx'
import styles from './table.module.css'
import { uiTexts } from './texts.ts'

/** A column. */
export interface Column<Row> {
  readonly key: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** Right-aligned, with tabular figures. */
  readonly isNumber?: boolean
}

/** The options of a table. */
export interface TableProps<Row> {
  /** The caption for screen readers. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  /** Undefined during the first load. */
  readonly rows: readonly Row[] | undefined
  readonly keyOf: (row: Row) => string
  /** Shown if there are no rows. */
  readonly empty?: ReactNode
  /** Whether the visible data belongs to the previous query. */
  readonly isStale?: boolean
  /** The number of skeleton rows. */
  readonly expected?: number
  /** Inside a card, which already has a border. */
  readonly isPlain?: boolean
  /** For many columns. */
  readonly isDense?: boolean
}

/** A table. */
export function DataTable<Row>(props: TableProps<Row>) {
  const {
    caption,
    columns,
    rows,
    keyOf,
    empty,
    isStale = false,
    expected = 8,
    isPlain = false,
    isDense = false,
  } = props
  const texts = useTexts(uiTexts)
  const frame = isPlain ? `${styles['frame']} ${styles['plain']}` : styles['frame']
  if (rows === undefined) {
    return (
      <div className={frame} style={{ padding: '0.9rem' }}>
        <Skeleton lines={expected} />
      </div>
    )
  }
  if (rows.length === 0) return <div className={frame}>{empty ?? <EmptyState />}</div>
  return (
    <div className={frame} aria-busy={isStale}>
      {isStale && (
        <span role="status" className="visually-hidden">
          {texts.updating}
        </span>
      )}
      <table
        className={`${styles['table']} ${isStale ? styles['stale'] : ''} ${isDense ? styles['dense'] : ''}`}
        role="table"
      >
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, header, isNumber = false }) => (
              <th key={key} scope="col" role="columnheader" className={isNumber ? styles['number'] : undefined}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <TableRow key={keyOf(row)} row={row} columns={columns as readonly Column<unknown>[]} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A row, memoised: rendered again only if the row or the columns changed, since most live rows do not. */
const TableRow = memo(function TableRow(props: {
  readonly row: unknown
  readonly columns: readonly Column<unknown>[]
}) {
  return (
    <tr role="row">
      {props.columns.map(({ key, header, cell, isNumber = false }) => (
        <td key={key} role="cell" className={isNumber ? styles['number'] : undefined}>
          <span className={styles['label']} aria-hidden="true">
            {header}
          </span>
          <span>{cell(props.row)}</span>
        </td>
      ))}
    </tr>
  )
})
