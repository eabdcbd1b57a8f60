/** Plain-text tables: columns as wide as their content, numbers aligned right. */

/** A cell; null is shown as a dash. */
export type Cell = string | number | null

const formatter = new Intl.NumberFormat('en')

/** The lines of a table, the head first. A column whose cells are all numbers is aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const isNumeric = head.map((_, column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'))
  const shown = [head, ...rows.map((row) => row.map(cellText))]
  const widths = head.map((_, column) => Math.max(...shown.map((row) => (row[column] ?? '').length)))
  return shown.map((row) =>
    row
      .map((text, column) =>
        isNumeric[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

function cellText(cell: Cell): string {
  if (cell === null) return '-'
  return typeof cell === 'number' ? formatter.format(cell) : cell
}
