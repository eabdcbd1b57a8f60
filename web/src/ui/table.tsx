// biome-ignore-all lint/a11y/noRedundantRoles: where it is drawn as cards, `display` takes the roles away
/**
 * A table of data. Wide it is a table; narrow each row becomes a card whose cells say what they are, while it stays a table to who
 * listens (the roles are said, because `display` would take them away).
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
  /** To the right, with figures of equal width. */
  readonly isNumber?: boolean
}

/** What a table is given. */
export interface TableProps<Row> {
  /** What the table is of, for who listens. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  /** Undefined while they are fetched for the first time. */
  readonly rows: readonly Row[] | undefined
  readonly keyOf: (row: Row) => string
  /** What is said where there are none. */
  readonly empty?: ReactNode
  /** Whether what is shown is of the question before. */
  readonly isStale?: boolean
  /** How many lines the skeleton has. */
  readonly expected?: number
  /** Inside of a card, which has a frame already. */
  readonly isPlain?: boolean
  /** Of many columns. */
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

/** A row; drawn anew only if it or the columns are others: of live figures most stay as they are. */
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
