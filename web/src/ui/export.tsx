/**
 * Exports a list as CSV: loads the list's own query page by page and builds the file here. So it contains only what the page may show:
 * numbers masked, and each read audited.
 */
import { useRef, useState } from 'react'
import { asFailure } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { Button } from './button.tsx'
import { csvOf, type ExportColumn } from './csv.ts'
import { useFailureText } from './states.tsx'
import { uiTexts } from './texts.ts'

/** A page of exported rows. */
export interface ExportPage<Row> {
  readonly rows: readonly Row[]
  /** The cursor of the next page; null at the end. */
  readonly next: string | null
}

/** The maximum number of exported rows. */
const MOST_ROWS = 10_000

interface ExportProps<Row> {
  /** The file name without its extension. */
  readonly name: string
  readonly columns: readonly ExportColumn<Row>[]
  readonly page: (after: string | null, signal: AbortSignal) => Promise<ExportPage<Row>>
  /** Replaces the usual note about the file. */
  readonly note?: string
}

/** The button with the progress. A second click while it loads cancels. */
export function ExportButton<Row>({ name, columns, page, note }: ExportProps<Row>) {
  const texts = useTexts(uiTexts)
  const failureText = useFailureText()
  const [said, setSaid] = useState('')
  const reading = useRef<AbortController>(undefined)
  const run = async () => {
    if (reading.current !== undefined) return reading.current.abort()
    const ending = new AbortController()
    reading.current = ending
    try {
      const rows: Row[] = []
      let next: string | null = null
      do {
        const read: ExportPage<Row> = await page(next, ending.signal)
        rows.push(...read.rows)
        next = read.next
        setSaid(texts.exporting(rows.length))
      } while (next !== null && rows.length < MOST_ROWS)
      save(`${name}.csv`, csvOf(columns, rows))
      setSaid(next === null ? texts.exportDone(rows.length) : texts.exportCut(rows.length))
    } catch (error) {
      setSaid(ending.signal.aborted ? '' : failureText(asFailure(error)))
    } finally {
      reading.current = undefined
    }
  }
  return (
    <span>
      <span title={note ?? texts.exportHint}>
        <Button icon="download" look="quiet" isSmall onPress={() => void run()}>
          {texts.export}
        </Button>
      </span>{' '}
      <span role="status" className="soft">
        {said}
      </span>
    </span>
  )
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
